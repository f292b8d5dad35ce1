"""How many rows a source may bring tonight."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from email_registry.settings.policy import Volume


@dataclass(frozen=True)
class VolumeRange:
    """Rows, both ends included."""

    min: int
    max: int


def volume_range(volume: Volume, last_received: Sequence[int]) -> VolumeRange:
    """The median of the last nights, less the policy's drop, plus its growth; without history the policy's own range.

    The median, not the last night: one odd night that a person let pass must not become the new normal.
    """
    usual = statistics.median(last_received) if last_received else 0
    if usual <= 0:
        return VolumeRange(volume.first_night.min, volume.first_night.max)
    return VolumeRange(math.ceil(usual * (1 - volume.drop)), math.floor(usual * (1 + volume.growth)))
