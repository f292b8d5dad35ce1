"""Somebody of the office changes a list while its plan waits: nobody is on it twice, and nobody is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chaos.webropol import BulletinList
from email_registry import plans, sync
from tests.list_syncs import TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import register
from tests.sync.list_changes import open_plan


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


@pytest.fixture
def by_hand(office: Office) -> BulletinList:
    """The list in Webropol's own pages, which keep every duplicate."""
    return BulletinList(office.home / "world.sqlite", office.list_id(TARGET))


def test_a_member_who_was_added_by_hand_while_the_plan_waited_is_not_added_again(
    admin_url: str, by_hand: BulletinList
) -> None:
    register(admin_url, "person", people(100))
    sync_once()
    register(admin_url, "person", people(300, start=100))
    assert sync_once()["added"] == 0
    by_hand.put(people(7, start=100))
    plan = open_plan(admin_url)
    plans.decide(plan, plans.Decision.APPROVED, by="tester", why="so many came")
    done = sync.apply_approved(plan, owner="approved")
    assert (done["added"], done["dropped"], done["verified"]) == (293, 7, 1)
    assert by_hand.members() == dict.fromkeys(people(400), 1)


def test_a_member_who_was_added_by_hand_before_an_old_plan_is_done_is_not_added_again(
    admin_url: str, by_hand: BulletinList, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(10))
    plan = sync.make_plan(TARGET, TODAY, owner="slow")
    assert plan.id is not None
    by_hand.put(people(2))
    monkeypatch.setattr("email_registry.sync.applying.FRESH", timedelta(0))
    done = sync.read_back(plan.id, sync.apply(plan.id), owner="slow")
    assert (done["added"], done["dropped"], done["verified"]) == (8, 2, 1)
    assert by_hand.members() == dict.fromkeys(people(10), 1)


def test_one_copy_stays_when_others_were_removed_by_hand_while_the_plan_waited(
    admin_url: str, by_hand: BulletinList
) -> None:
    register(admin_url, "person", people(130))
    sync_once()
    by_hand.put(people(120))
    by_hand.put(people(120))
    assert sync_once()["removed"] == 0
    assert set(by_hand.members().values()) == {1, 3}
    with by_hand._open() as data:  # all copies but one are removed, whichever that is
        data.execute(
            "DELETE FROM webropol_member"
            " WHERE rowid NOT IN (SELECT max(rowid) FROM webropol_member GROUP BY list_id, folded)"
        )
    by_hand.put(people(60))  # and some are added once more
    plan = open_plan(admin_url)
    plans.decide(plan, plans.Decision.APPROVED, by="tester", why="an import was done twice")
    sync.apply_approved(plan, owner="approved")
    assert by_hand.members().keys() == set(people(130))
    sync_once()
    assert by_hand.members() == dict.fromkeys(people(130), 1)
