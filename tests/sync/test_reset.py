"""A list that lost its members: what is believed, what an approval does, and who stays off the list."""

from __future__ import annotations

import pytest

from email_registry import plans, sync
from email_registry.deliveries import RestDelivery
from email_registry.errors import ConfigurationError, DeliveryFailed
from tests.list_syncs import TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import make_absent, register, run_sql
from tests.sync.list_changes import add_by_hand, approve_refilling, open_plan, remove_by_hand


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


def test_an_approved_reset_fills_the_list_again_and_keeps_unmanaged_members(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(40))
    sync_once()
    remove_by_hand(office, set(people(40)))
    add_by_hand(office, ["tuntematon@sandbox-posti.fi"])
    assert sync_once()["verified"] == 0
    approve_refilling(admin_url)
    assert set(office.members(TARGET).values()) == {*people(40), "tuntematon@sandbox-posti.fi"}
    again = sync_once()
    assert (again["added"], again["removed"], again["verified"]) == (0, 0, 1)


def test_an_approved_reset_does_not_add_people_who_were_missing_before_it(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(40))
    sync_once()
    remove_by_hand(office, set(people(1)))
    assert sync_once()["missing"] == 1
    remove_by_hand(office, set(people(40)))
    sync_once()
    approve_refilling(admin_url)
    assert set(office.members(TARGET).values()) == set(people(39, start=1))
    assert sync_once()["left"] == 1


def test_a_member_who_was_due_for_removal_when_the_list_was_reset_has_not_left(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(40))
    sync_once()
    make_absent(admin_url, people(3), TODAY)
    remove_by_hand(office, set(people(40)))
    sync_once()
    approve_refilling(admin_url)
    assert set(office.members(TARGET).values()) == set(people(37, start=3))
    sync_once()
    sync_once()
    assert run_sql(admin_url, "SELECT count(*) FROM registry.suppression") == [(0,)]


def test_members_whose_addition_after_a_reset_failed_have_not_left_and_are_added_by_the_next_sync(
    admin_url: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(40))
    sync_once()
    remove_by_hand(office, set(people(40)))
    sync_once()
    plan = open_plan(admin_url)
    plans.decide(
        plan, plans.Decision.APPROVED, by="tester", why="fill it again", reset_answer=plans.ResetAnswer.REPUBLISH
    )
    with monkeypatch.context() as patch:
        patch.setattr(RestDelivery, "add", lambda self, emails: ["done"] * len(emails))
        with pytest.raises(DeliveryFailed, match="40 added are not there"):
            sync.apply_approved(plan, owner="approved")
    done = sync_once()
    assert (done["added"], done["missing"], done["verified"]) == (40, 0, 1)


def test_a_reset_is_not_approved_without_an_answer_what_it_was(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(40))
    sync_once()
    remove_by_hand(office, set(people(40)))
    sync_once()
    plan = open_plan(admin_url)
    with pytest.raises(ConfigurationError, match="say which it was: republish"):
        plans.decide(plan, plans.Decision.APPROVED, by="tester", why="go on")
    assert run_sql(admin_url, "SELECT state, decision FROM operations.plan WHERE id = %s", plan) == [("open", None)]
    assert office.members(TARGET) == {}
    approve_refilling(admin_url)
    assert set(office.members(TARGET).values()) == set(people(40))
