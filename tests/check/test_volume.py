"""How many rows a source may bring."""

from __future__ import annotations

import pytest

from email_registry.check.volume import VolumeRange, volume_range
from email_registry.settings.policy import Range, Volume

VOLUME = Volume(drop=0.2, growth=0.3, first_night=Range(min=1000, max=300000))


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ([], VolumeRange(1000, 300000)),
        ([1000], VolumeRange(800, 1300)),
        ([1000, 1010, 990], VolumeRange(800, 1300)),
        ([1000, 1001], VolumeRange(801, 1300)),
        ([0, 0, 0], VolumeRange(1000, 300000)),
    ],
    ids=["no history: the policy's range", "one night", "the median", "inwards, never outwards", "nights without rows"],
)
def test_the_range_is_around_the_median_of_the_last_nights(last: list[int], expected: VolumeRange) -> None:
    assert volume_range(VOLUME, last) == expected


def test_one_odd_night_does_not_become_the_new_normal() -> None:
    assert volume_range(VOLUME, [1000, 1000, 5, 1000, 1000]) == VolumeRange(800, 1300)
