"""The lists at the sandbox's Webropol, made equal: who is added, removed and kept, what waits, and who stays off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from email_registry import expire, plans, sync
from email_registry.errors import DeliveryFailed, Held, LeaseTaken
from tests.list_syncs import ALL, TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import make_absent, make_present, register, run_sql
from tests.sync.list_changes import open_plan


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


@pytest.fixture
def listed(office: Office) -> Callable[..., set[str]]:
    return lambda target=TARGET: set(office.members(target).values())


def test_a_new_list_is_filled_and_verified(admin_url: str, listed: Callable[..., set[str]]) -> None:
    register(admin_url, "person", people(30))
    done = sync_once()
    assert (done["added"], done["removed"], done["verified"]) == (30, 0, 1)
    assert listed() == set(people(30))


def test_a_second_sync_changes_nothing_and_reports_so(admin_url: str) -> None:
    register(admin_url, "person", people(5))
    sync_once()
    again = sync_once()
    assert (again["added"], again["removed"], again["unchanged"], again["verified"]) == (0, 0, 5, 1)


@pytest.mark.promise("open", "retention")
def test_absent_addresses_are_removed_and_returned_addresses_are_added_again(
    admin_url: str, listed: Callable[..., set[str]]
) -> None:
    register(admin_url, "person", people(30))
    sync_once()
    make_absent(admin_url, people(2), TODAY)
    assert sync_once()["removed"] == 2
    assert listed() == set(people(28, start=2))
    make_present(admin_url, people(2))
    assert sync_once()["added"] == 2
    assert listed() == set(people(30))


@pytest.mark.promise("audiences")
def test_an_address_in_both_audiences_is_on_the_joint_list_once_and_stays_while_one_audience_has_it(
    admin_url: str, listed: Callable[..., set[str]], office: Office
) -> None:
    register(admin_url, "person", people(3))
    register(admin_url, "company", people(3))
    sync_once(ALL)
    assert sorted(office.members(ALL).values()) == sorted(people(3))
    run_sql(
        admin_url,
        "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address WHERE audience = 'person'",
        TODAY,
        TODAY,
    )
    assert sync_once(ALL)["removed"] == 0
    assert listed(ALL) == set(people(3))


def test_a_listing_moves_to_the_audience_that_still_has_the_address_so_that_the_other_can_expire(
    admin_url: str, listed: Callable[..., set[str]]
) -> None:
    register(admin_url, "person", people(3))
    sync_once(ALL)
    register(admin_url, "company", people(3))
    run_sql(
        admin_url,
        "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address WHERE audience = 'person'",
        TODAY,
        TODAY,
    )
    assert sync_once(ALL)["verified"] == 1
    later = TODAY + timedelta(days=40)
    done = expire.expire("person", later, owner="test")
    assert (done["deleted"], done["still_listed"]) == (3, 0)
    again = sync_once(ALL, later)
    assert (again["added"], again["removed"], again["adopt"]) == (0, 0, 0)
    assert listed(ALL) == set(people(3))


def test_a_member_whom_we_removed_and_another_audience_brings_is_added_again_and_has_not_left(
    admin_url: str, office: Office, listed: Callable[..., set[str]]
) -> None:
    register(admin_url, "person", people(30))
    sync_once(ALL)
    make_absent(admin_url, people(1), TODAY)
    plan = sync.make_plan(ALL, TODAY, owner="dies before it reads back")
    assert plan.id is not None
    assert sync.apply(plan.id)["removed"] == 1
    run_sql(admin_url, "UPDATE operations.run SET state = 'abandoned', ended_at = now() WHERE state = 'open'")
    register(admin_url, "company", people(1))
    assert [sync_once(ALL)["added"], sync_once(ALL)["left"]] == [1, 0]
    assert listed(ALL) == set(people(30))


@pytest.mark.promise("objection")
def test_a_person_who_left_is_not_added_again_between_the_reads_or_later_or_on_another_list(
    admin_url: str, office: Office, listed: Callable[..., set[str]]
) -> None:
    register(admin_url, "person", people(30))
    sync_once()
    leaver = people(1)[0]
    member = next(key for key, email in office.members(TARGET).items() if email == leaver)
    office.webropol("POST", f"/lists/{office.list_id(TARGET)}/members/removals", json={"MemberIds": [member]})

    first = sync_once()
    assert (first["added"], first["missing"]) == (0, 1)
    second = sync_once()
    assert (second["added"], second["left"]) == (0, 1)
    assert sync_once()["added"] == 0
    assert leaver not in listed()
    sync_once(ALL)
    assert leaver not in listed(ALL)


def test_unmanaged_members_are_counted_and_kept_and_the_desired_among_them_are_adopted(
    admin_url: str, office: Office, listed: Callable[..., set[str]]
) -> None:
    register(admin_url, "person", people(3))
    by_hand = ["Henkilo0@sandbox-posti.fi", "tuntematon@sandbox-posti.fi"]
    office.webropol(
        "POST", f"/lists/{office.list_id(TARGET)}/members", json={"Members": [{"Email": email} for email in by_hand]}
    )
    done = sync_once()
    assert (done["added"], done["adopt"], done["unmanaged"], done["removed"]) == (2, 1, 1, 0)
    assert listed() == {*by_hand, *people(2, start=1)}


def test_the_plan_of_a_list_that_was_reset_waits_and_nobody_counts_as_having_left(
    admin_url: str, office: Office
) -> None:
    register(admin_url, "person", people(40))
    sync_once()
    members = list(office.members(TARGET))
    office.webropol("POST", f"/lists/{office.list_id(TARGET)}/members/removals", json={"MemberIds": members})
    done = sync_once()
    assert (done["added"], done["verified"]) == (0, 0)
    assert run_sql(admin_url, "SELECT count(*) FROM registry.listing WHERE missed_in IS NOT NULL") == [(0,)]
    (plan, reason), *_ = run_sql(admin_url, "SELECT id, reason FROM operations.plan WHERE state = 'open'")
    assert "reset" in reason
    plans.decide(plan, plans.Decision.APPROVED, by="tester", why="republish", reset_answer=plans.ResetAnswer.REPUBLISH)
    assert office.members(TARGET) == {}
    assert sync.apply_approved(plan, owner="approved")["verified"] == 1


def test_many_removals_wait_for_a_named_approval_and_spare_people_who_returned(
    admin_url: str, listed: Callable[..., set[str]]
) -> None:
    register(admin_url, "person", people(400))
    sync_once()
    make_absent(admin_url, people(120), TODAY)
    register(admin_url, "person", people(2, start=500))
    waiting = sync_once()
    assert (waiting["added"], waiting["removed"], waiting["verified"]) == (2, 0, 0)
    assert len(listed()) == 402

    plan = open_plan(admin_url)
    with pytest.raises(Held):
        sync.apply_approved(plan, owner="too early")
    make_present(admin_url, people(20))
    plans.decide(plan, plans.Decision.APPROVED, by="tester", why="the office moved")
    done = sync.apply_approved(plan, owner="approved")
    assert (done["removed"], done["dropped"], done["verified"]) == (100, 20, 1)
    assert listed() == {*people(20), *people(280, start=120), *people(2, start=500)}


def test_a_plan_that_a_newer_one_superseded_can_not_be_approved(admin_url: str) -> None:
    register(admin_url, "person", people(400))
    sync_once()
    make_absent(admin_url, people(120), TODAY)
    sync_once()
    old = open_plan(admin_url)
    sync_once()
    with pytest.raises(Held, match="superseded"):
        plans.decide(old, plans.Decision.APPROVED, by="tester", why="too late")


def test_a_dry_run_counts_and_changes_nothing(admin_url: str, listed: Callable[..., set[str]]) -> None:
    register(admin_url, "person", people(7))
    before = run_sql(admin_url, "SELECT count(*) FROM operations.plan")
    plan = sync.make_plan(TARGET, TODAY, owner="dry", dry_run=True)
    assert (plan.id, plan.counts["add"]) == (None, 7)
    assert listed() == set()
    assert run_sql(admin_url, "SELECT count(*) FROM operations.plan") == before
    assert run_sql(admin_url, "SELECT count(*) FROM registry.listing") == [(0,)]


def test_an_address_unseen_for_too_long_is_not_desired_although_its_absence_was_never_proven(
    admin_url: str, listed: Callable[..., set[str]]
) -> None:
    register(admin_url, "person", people(4))
    run_sql(admin_url, "INSERT INTO registry.unseen SELECT min(id), %s, NULL FROM registry.address", TODAY)
    assert sync_once()["added"] == 4
    assert sync_once(on=TODAY + timedelta(days=90))["removed"] == 1
    assert len(listed()) == 3


def test_a_list_that_does_not_exist_gives_one_clear_line(
    admin_url: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from email_registry.settings import policy

    target = policy().targets[TARGET]
    monkeypatch.setitem(
        policy().targets,  # type: ignore[arg-type]
        TARGET,
        target.model_copy(update={"list_id": "11111111-1111-4111-8111-111111111111"}),
    )
    with pytest.raises(DeliveryFailed, match="the list is not there"):
        sync_once()


def test_one_target_is_synced_by_one_run_at_a_time(admin_url: str) -> None:
    register(admin_url, "person", people(1))
    sync.make_plan(TARGET, TODAY, owner="first")
    with pytest.raises(LeaseTaken):
        sync.make_plan(TARGET, TODAY, owner="second")


def test_staging_is_empty_after_a_sync(admin_url: str) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    assert run_sql(admin_url, "SELECT count(*) FROM staging.member") == [(0,)]
