"""A source brings the people it brought before: others than that are held."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from email_registry.check import Bounds, VolumeRange, bounds_of, judge_staged
from email_registry.settings import policy
from tests.check.worlds import addresses, open_night, stage
from tests.registry_rows import make_absent, register

ON, SOURCE = date(2026, 1, 15), "ura_persons"
HALF = {SOURCE: Bounds(VolumeRange(1, 1000), min_valid=0.5, continuity=0.5)}


@pytest.mark.parametrize(
    ("loaded_on", "continuity"),
    [(None, 0), (ON, 0.5), (ON - timedelta(1), 0.5), (ON - timedelta(89), 0.5), (ON - timedelta(90), 0)],
    ids=["never loaded", "the same day", "last night", "lately", "whom it brought is expired"],
)
def test_only_a_source_that_was_loaded_lately_is_held_to_whom_it_brought(
    registry_env: dict[str, str], loaded_on: date | None, continuity: float
) -> None:
    bounds = bounds_of(policy().sources[SOURCE], [1000], loaded_on=loaded_on, on=ON, unseen_days=90)
    assert bounds.continuity == continuity
    assert bounds.volume == VolumeRange(800, 1300)


@pytest.mark.parametrize(
    ("known", "others", "passed"), [(100, 0, True), (60, 40, True), (50, 50, True), (49, 51, False), (0, 100, False)]
)
def test_too_few_known_addresses_stop_a_source(
    registry_env: dict[str, str], known: int, others: int, passed: bool
) -> None:
    admin_url = registry_env["REGISTRY_ADMIN_URL"]
    night = open_night(admin_url, 100)
    register(admin_url, "person", addresses(known))
    register(admin_url, "company", addresses(200)[100:])  # known to the other audience, which is not this one
    brought = [*addresses(known), *addresses(200)[100 : 100 + others]]
    stage(admin_url, night, SOURCE, [*((email, "valid") for email in brought), *[(None, "telephone")] * 20])
    (verdict,) = judge_staged(night, HALF)
    assert verdict.passed is passed
    if not passed:
        told = f"known: {others} of {known + others} are not as expected, at most 50 % may be."
        assert str(verdict.reason).startswith(told)


def test_who_is_absent_is_known(registry_env: dict[str, str]) -> None:
    admin_url = registry_env["REGISTRY_ADMIN_URL"]
    night = open_night(admin_url, 100)
    register(admin_url, "person", addresses(10))
    make_absent(admin_url, addresses(10), ON)
    stage(admin_url, night, SOURCE, [(email, "valid") for email in addresses(10)])
    (verdict,) = judge_staged(night, HALF)
    assert verdict.passed
