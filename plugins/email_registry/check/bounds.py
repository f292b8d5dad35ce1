"""Compute what a source may bring tonight from the policy and from what it brought before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from email_registry.check.volume import VolumeRange, volume_range
from email_registry.settings.policy import Source


@dataclass(frozen=True)
class Bounds:
    """The limits of what a source may bring.

    `min_valid`: the least share of rows with a valid address. `continuity`: the least share of addresses that were
    known before.
    """

    volume: VolumeRange
    min_valid: float
    continuity: float


def bounds_of(
    source: Source, last_staged: Sequence[int], *, loaded_on: date | None, on: date, unseen_days: int
) -> Bounds:
    """Return the bounds of one source.

    `loaded_on`: the date of the last night that loaded it. `unseen_days`: how many days the audience keeps an unseen
    address. If the source was never loaded, or so long ago that all its addresses have expired, it may bring any
    addresses.
    """
    remembered = loaded_on is not None and (on - loaded_on).days < unseen_days
    return Bounds(volume_range(source.volume, last_staged), source.min_valid, source.continuity if remembered else 0.0)
