"""Compute how many rows a source may bring tonight."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from email_registry.settings.policy import Volume


@dataclass(frozen=True)
class VolumeRange:
    """The least and the most rows that are allowed. Both numbers are allowed themselves."""

    min: int
    max: int


def volume_range(volume: Volume, last_received: Sequence[int]) -> VolumeRange:
    """Return the range from the last nights' median less the policy's drop to the median plus the policy's growth.

    Without history it is the policy's range for the first night. The median is used and not the last night, because one
    odd night that a person let pass must not become the usual one.
    """
    usual = statistics.median(last_received) if last_received else 0
    if usual <= 0:
        return VolumeRange(volume.first_night.min, volume.first_night.max)
    return VolumeRange(math.ceil(usual * (1 - volume.drop)), math.floor(usual * (1 + volume.growth)))
