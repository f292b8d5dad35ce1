"""How much a source may bring tonight, from the policy and from what it brought before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from email_registry.check.volume import VolumeRange, volume_range
from email_registry.settings.policy import Source


@dataclass(frozen=True)
class Bounds:
    """`min_valid`: least share of rows with a valid address. `continuity`: least share of addresses known before."""

    volume: VolumeRange
    min_valid: float
    continuity: float


def bounds_of(
    source: Source, last_staged: Sequence[int], *, loaded_on: date | None, on: date, unseen_days: int
) -> Bounds:
    """Return the bounds of one source.

    `loaded_on`: the last night that loaded it; `unseen_days`: those of its audience.

    A source that was never loaded, or so long ago that all its addresses have expired, may bring any addresses.
    """
    remembered = loaded_on is not None and (on - loaded_on).days < unseen_days
    return Bounds(volume_range(source.volume, last_staged), source.min_valid, source.continuity if remembered else 0.0)
