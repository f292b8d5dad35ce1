"""Many members lost at once, but not all: nobody counts as having left until a person has looked."""

from __future__ import annotations

import pytest

from tests.list_syncs import ALL, TARGET, people, sync_once
from tests.offices import Office
from tests.registry_rows import register, run_sql
from tests.sync.list_changes import approve_refilling, remove_by_hand


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


def test_a_loss_above_the_removal_limit_suppresses_nobody_and_waits_for_a_person(
    admin_url: str, office: Office
) -> None:
    register(admin_url, "person", people(400))
    sync_once()
    remove_by_hand(office, set(people(399)))
    for _ in range(3):
        waiting = sync_once()
        assert (waiting["added"], waiting["removed"], waiting["verified"]) == (0, 0, 0)
    assert run_sql(admin_url, "SELECT count(*) FROM registry.suppression") == [(0,)]
    (reason,), *_ = run_sql(admin_url, "SELECT reason FROM operations.plan WHERE state = 'open'")
    assert "399 of 400 listed are not there" in reason
    approve_refilling(admin_url)
    assert set(office.members(TARGET).values()) == set(people(400))


def test_a_member_missing_on_one_list_is_not_added_to_another_between_the_reads(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(30))
    sync_once()
    remove_by_hand(office, set(people(1)))
    assert sync_once()["missing"] == 1
    assert sync_once(ALL)["added"] == 29
    assert sync_once()["left"] == 1
    assert sync_once(ALL)["added"] == 0
