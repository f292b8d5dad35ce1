"""Who left, who did not, and which planned additions are dropped."""

from __future__ import annotations

import pytest

from email_registry import suppression, sync
from email_registry.boundaries.database import transaction
from email_registry.suppression import Reason
from tests.list_syncs import ALL, TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import make_absent, make_present, register, run_sql
from tests.sync.list_changes import add_by_hand, remove_by_hand


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


def test_an_address_that_is_suppressed_after_the_plan_is_not_added(admin_url: str, office: Office) -> None:
    """The person objects between the plan and the request."""
    register(admin_url, "person", people(3))
    plan = sync.make_plan(TARGET, TODAY, owner="one")
    with transaction("list_sync") as database:
        suppression.record(database, people(1), "person", Reason.OBJECTION, TODAY)
    assert plan.id is not None
    done = sync.apply(plan.id)
    assert (done["added"], done["dropped"]) == (2, 1)
    assert set(office.members(TARGET).values()) == set(people(2, start=1))
    sync.read_back(plan.id, done, owner="one")


def test_a_suppressed_member_is_removed_whoever_listed_them_but_only_for_its_audience(
    admin_url: str, office: Office
) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    by_hand = ["vieras@sandbox-posti.fi", "toinen@sandbox-posti.fi"]
    office.webropol(
        "POST", f"/lists/{office.list_id(TARGET)}/members", json={"Members": [{"Email": email} for email in by_hand]}
    )
    with transaction("list_sync") as database:
        suppression.record(database, [*people(1), by_hand[0]], "person", Reason.OBJECTION, TODAY)
        suppression.record(database, [*people(1, start=1), by_hand[1]], "company", Reason.OBJECTION, TODAY)
    assert sync_once()["removed"] == 2
    assert set(office.members(TARGET).values()) == {*people(2, start=1), by_hand[1]}


def test_an_address_that_is_deleted_or_absent_after_the_plan_is_not_added(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(3))
    plan = sync.make_plan(TARGET, TODAY, owner="one")
    make_absent(admin_url, people(1), TODAY)
    run_sql(admin_url, "DELETE FROM registry.address WHERE email = %s", people(1, start=1)[0])
    assert plan.id is not None
    done = sync.apply(plan.id)
    assert (done["added"], done["dropped"]) == (1, 2)
    assert set(office.members(TARGET).values()) == set(people(1, start=2))
    sync.read_back(plan.id, done, owner="one")


def test_a_member_who_was_missing_once_and_is_back_has_not_left(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    for _ in range(2):
        remove_by_hand(office, set(people(1)))
        assert sync_once()["missing"] == 1
        add_by_hand(office, people(1))
        assert sync_once().get("left", 0) == 0
    assert run_sql(admin_url, "SELECT count(*) FROM registry.suppression") == [(0,)]


def test_two_reads_of_one_run_count_as_one_read(admin_url: str, office: Office) -> None:
    """A task that is retried resumes its run, so a member missing in both reads is missing once."""
    register(admin_url, "person", people(3))
    sync_once()
    remove_by_hand(office, set(people(1)))
    assert sync.make_plan(TARGET, TODAY, owner="same").counts["missing"] == 1
    assert sync.make_plan(TARGET, TODAY, owner="same").counts.get("left", 0) == 0


def test_a_member_whose_removal_was_asked_and_done_has_not_left(admin_url: str, office: Office) -> None:
    """The removal was done, but its answer never came, and no read followed."""
    register(admin_url, "person", people(3))
    sync_once()
    run_sql(admin_url, "UPDATE registry.listing SET remove_asked = now() WHERE address_id = 1")
    make_absent(admin_url, people(1), TODAY)
    remove_by_hand(office, set(people(1)))
    counts = sync_once()
    assert (counts.get("missing", 0), counts.get("left", 0)) == (0, 0)
    make_present(admin_url, people(1))
    assert sync_once()["added"] == 1


def test_a_member_who_was_missing_once_before_the_removal_was_asked_has_not_left(
    admin_url: str, office: Office
) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    remove_by_hand(office, set(people(1)))
    assert sync_once()["missing"] == 1
    make_absent(admin_url, people(1), TODAY)
    run_sql(admin_url, "UPDATE registry.listing SET remove_asked = now() WHERE missed_in IS NOT NULL")
    assert sync_once()["left"] == 0
    assert run_sql(admin_url, "SELECT count(*) FROM registry.suppression") == [(0,)]


def test_a_member_who_is_desired_again_before_the_removal_stays_and_can_leave_later(
    admin_url: str, office: Office
) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    run_sql(admin_url, "UPDATE registry.listing SET remove_asked = now() WHERE address_id = 1")
    done = sync_once()
    assert (done["cancel_removal"], done["removed"], done["unchanged"]) == (1, 0, 3)
    remove_by_hand(office, set(people(1)))
    assert sync_once()["missing"] == 1


def test_an_address_that_was_never_seen_on_the_list_is_added_again_and_has_not_left(
    admin_url: str, office: Office
) -> None:
    """The intent was committed; the request never came through."""
    register(admin_url, "person", people(3))
    run_sql(admin_url, "INSERT INTO registry.listing SELECT %s, id, now() FROM registry.address", TARGET)
    done = sync_once()
    assert (done["added"], done.get("missing", 0)) == (3, 0)
    assert set(office.members(TARGET).values()) == set(people(3))


def test_the_removal_of_an_address_listed_under_both_ids_is_asked_under_both(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(2))
    register(admin_url, "company", people(2))
    sync_once(ALL)
    run_sql(
        admin_url,
        "INSERT INTO registry.listing SELECT %s, id, now(), now() FROM registry.address ON CONFLICT DO NOTHING",
        ALL,
    )
    make_absent(admin_url, people(1), TODAY)  # in both audiences
    assert sync_once(ALL)["removed"] == 1
    assert run_sql(admin_url, "SELECT count(*) FROM registry.listing") == [(2,)]
    again = sync_once(ALL)
    assert (again.get("missing", 0), again.get("left", 0)) == (0, 0)


def test_a_member_who_was_removed_and_added_again_leaves_only_after_two_new_reads(
    admin_url: str, office: Office
) -> None:
    """What was seen and missing in an earlier listing does not count any more."""
    register(admin_url, "person", people(3))
    sync_once()
    make_absent(admin_url, people(1), TODAY)
    plan = sync.make_plan(TARGET, TODAY, owner="one")
    assert plan.id is not None
    sync.apply(plan.id)
    run_sql(admin_url, "UPDATE registry.listing SET missed_in = %s WHERE address_id = 1", plan.run_id)
    make_present(admin_url, people(1))
    again = sync.make_plan(TARGET, TODAY, owner="one")
    assert again.id is not None
    sync.read_back(again.id, sync.apply(again.id), owner="one")
    assert run_sql(admin_url, "SELECT count(*) FROM registry.listing WHERE missed_in IS NOT NULL") == [(0,)]
