"""What a sync leaves behind when it fails, and what it does when the state changes meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sized
from datetime import timedelta
from typing import Any

import pytest

from email_registry import expire, plans, suppression, sync
from email_registry.boundaries.database import transaction
from email_registry.deliveries import RestDelivery
from email_registry.deliveries.interface import Members, OutcomeUnknown
from email_registry.errors import DeliveryFailed, Held, LeaseTaken
from email_registry.settings import Target, business_date
from email_registry.suppression import Reason
from tests.list_syncs import ALL, TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import make_absent, register, run_sql
from tests.sync.list_changes import open_plan

DIFFERENCES = "{} added are not there, 0 are there twice, 2 removed are still there, {} were not asked"
EMPTY_STAGING = "TRUNCATE staging.member, staging.suppressed"


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


def staged(admin_url: str) -> int:
    return int(run_sql(admin_url, "SELECT count(*) FROM staging.member")[0][0])


def test_a_read_that_breaks_off_leaves_no_address_in_staging(admin_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    register(admin_url, "person", people(5))
    sync_once()
    whole = RestDelivery.members

    def torn(self: RestDelivery) -> Iterator[Members]:
        yield from whole(self)
        raise DeliveryFailed("the connection broke")

    monkeypatch.setattr(RestDelivery, "members", torn)
    with pytest.raises(DeliveryFailed, match="broke"):
        sync.make_plan(TARGET, TODAY, owner="torn")
    assert staged(admin_url) == 0


def test_the_next_sync_of_any_list_clears_what_a_killed_sync_left_in_staging(admin_url: str) -> None:
    register(admin_url, "person", people(5))
    sync_once()
    killed = sync.make_plan(TARGET, TODAY, owner="killed")
    assert staged(admin_url) == 5
    sync_once(ALL)
    assert staged(admin_url) == 5  # it may live
    run_sql(admin_url, "UPDATE operations.run SET heartbeat_at = now() - interval '16 minutes' WHERE state = 'open'")
    sync_once()
    assert staged(admin_url) == 0
    assert run_sql(admin_url, "SELECT state FROM operations.run WHERE id = %s", killed.run_id) == [("abandoned",)]


def test_a_read_that_staging_lost_is_not_believed(admin_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    register(admin_url, "person", people(5))
    sync_once()
    whole = RestDelivery.members

    def read_and_lost(self: RestDelivery) -> Iterator[Members]:
        yield from whole(self)
        run_sql(admin_url, EMPTY_STAGING)

    monkeypatch.setattr(RestDelivery, "members", read_and_lost)
    with pytest.raises(DeliveryFailed, match="lost its staging"):
        sync.make_plan(TARGET, TODAY, owner="lost")
    assert run_sql(admin_url, "SELECT count(*) FROM registry.listing WHERE missed_in IS NOT NULL") == [(0,)]


def test_a_listing_moves_to_the_audience_that_still_desires_it_so_that_the_other_expires(
    admin_url: str, office: Office
) -> None:
    register(admin_url, "person", people(3))
    register(admin_url, "company", people(3))
    sync_once(ALL)
    run_sql(
        admin_url,
        "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address WHERE audience = 'person'",
        TODAY,
        TODAY,
    )
    later = TODAY + timedelta(days=30)
    assert sync_once(ALL, on=later)["removed"] == 0
    assert expire.expire("person", later, owner="test") == {"deleted": 3, "still_listed": 0}
    again = sync_once(ALL, on=later)
    assert (again["added"], again["removed"], again["listed"]) == (0, 0, 3)
    assert set(office.members(ALL).values()) == set(people(3))


def test_an_approval_that_could_not_be_executed_can_be_given_again(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(400))
    sync_once()
    make_absent(admin_url, people(120), TODAY)
    sync_once()
    plan = open_plan(admin_url)
    run_sql(
        admin_url,
        "INSERT INTO operations.run (kind, subject, owner, state, business_date, started_at, heartbeat_at,"
        " policy_digest) VALUES ('sync', %s, 'another', 'open', %s, now(), now(), '')",
        TARGET,
        TODAY,
    )
    plans.decide(plan, plans.Decision.APPROVED, by="tester", why="the office moved")
    with pytest.raises(LeaseTaken):
        sync.apply_approved(plan, owner="approved")
    run_sql(admin_url, "UPDATE operations.run SET state = 'done', ended_at = now() WHERE owner = 'another'")
    with pytest.raises(Held, match="waits for no decision"):
        plans.decide(plan, plans.Decision.REFUSED, by="tester", why="on second thoughts")
    plans.decide(plan, plans.Decision.APPROVED, by="tester", why="the office moved")
    assert sync.apply_approved(plan, owner="approved")["removed"] == 120
    with pytest.raises(Held, match="waits for no decision"):
        plans.decide(plan, plans.Decision.APPROVED, by="tester", why="again")


def test_a_plan_that_is_superseded_while_it_is_executed_stops(
    admin_url: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(5))
    plan = sync.make_plan(TARGET, TODAY, owner="first")
    assert plan.id is not None

    def superseded(name: str, target: Target) -> RestDelivery:
        run_sql(admin_url, "UPDATE operations.plan SET state = 'superseded'")
        return RestDelivery(name, target)

    monkeypatch.setattr("email_registry.sync.applying.delivery_of", superseded)
    with pytest.raises(Held, match="superseded"):
        sync.apply(plan.id)
    assert office.members(TARGET) == {}


def test_no_sync_is_planned_for_a_date_before_one_that_was_synced(admin_url: str) -> None:
    today = business_date(None)
    register(admin_url, "person", people(4))
    since = today - timedelta(days=90)
    run_sql(admin_url, "INSERT INTO registry.unseen SELECT min(id), %s, NULL FROM registry.address", since)
    assert sync_once(on=today)["added"] == 3
    with pytest.raises(Held, match="comes after that of"):
        sync_once(on=today - timedelta(days=5))
    assert sync_once(on=today)["added"] == 0


def test_a_dry_run_for_a_date_does_not_prevent_a_sync_for_an_older_date(admin_url: str) -> None:
    today = business_date(None)
    register(admin_url, "person", people(2))
    sync.make_plan(TARGET, today, owner="dry", dry_run=True)
    assert sync_once(on=today - timedelta(days=1))["added"] == 2


def with_a_member_twice(page: Mapping[str, Any]) -> list[Any]:
    return [*page["Members"], page["Members"][0]]


def without_a_member(page: Mapping[str, Any]) -> list[Any]:
    return list(page["Members"][1:])


@pytest.mark.parametrize(
    ("fault", "message"),
    [(with_a_member_twice, "came twice"), (without_a_member, "2 members came, 3 were declared")],
    ids=["twice", "one too few"],
)
def test_a_read_with_a_member_twice_or_one_too_few_is_not_whole(
    admin_url: str, monkeypatch: pytest.MonkeyPatch, fault: Callable[[Mapping[str, Any]], list[Any]], message: str
) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    read = RestDelivery._read

    def faulty(self: RestDelivery, path: str, number: int) -> object:
        page = read(self, path, number)
        return {**page, "Members": fault(page)}

    monkeypatch.setattr(RestDelivery, "_read", faulty)
    with pytest.raises(DeliveryFailed, match=message):
        sync.make_plan(TARGET, TODAY, owner="one")


def test_a_request_without_effect_is_reported_and_the_list_is_not_verified(
    admin_url: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(4))
    sync_once()
    make_absent(admin_url, people(2), TODAY)
    register(admin_url, "person", people(1, start=4))

    def not_done(self: RestDelivery, *arguments: Sized) -> list[str]:
        """Answers that it is done."""
        return ["done"] * len(arguments[0])

    with monkeypatch.context() as patch:
        patch.setattr(RestDelivery, "remove", not_done)
        patch.setattr(RestDelivery, "add", not_done)
        with pytest.raises(DeliveryFailed, match=DIFFERENCES.format(1, 0)):
            sync_once()

    def fails(self: RestDelivery, *arguments: object) -> None:
        raise DeliveryFailed("it answered 503")

    with monkeypatch.context() as patch:
        patch.setattr(RestDelivery, "remove", fails)
        with pytest.raises(DeliveryFailed, match=DIFFERENCES.format(0, 1)):
            sync_once()
    done = sync_once()
    assert (done["added"], done["removed"], done["verified"]) == (1, 2, 1)


def test_a_request_with_an_unknown_outcome_is_reported_and_ends_the_batch(
    admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(3))
    plan = sync.make_plan(TARGET, TODAY, owner="one")
    assert plan.id is not None

    def unknown(self: RestDelivery, *arguments: object) -> None:
        raise OutcomeUnknown("no whole answer")

    with monkeypatch.context() as patch:
        patch.setattr(RestDelivery, "add", unknown)
        assert sync.apply(plan.id)["uncertain"] == 1
    assert sync.apply(plan.id)["added"] == 3  # as asked the first time: a second try sends nothing
    with pytest.raises(DeliveryFailed, match="3 added are not there"):
        sync.read_back(plan.id, sync.apply(plan.id), owner="one")


def test_a_plan_stops_when_the_database_has_lost_its_staging(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(5))
    sync_once()
    with transaction("list_sync") as database:
        suppression.record(database, people(1), "all", Reason.OBJECTION, TODAY)
    plan = sync.make_plan(TARGET, TODAY, owner="one")
    assert plan.id is not None
    run_sql(admin_url, EMPTY_STAGING)
    done = sync.apply(plan.id)
    assert (done["removed"], done["dropped"], done["uncertain"]) == (0, 0, 1)
    with pytest.raises(DeliveryFailed, match="lost its staging"):
        sync.read_back(plan.id, done, owner="one")
    assert sync_once()["removed"] == 1
    assert set(office.members(TARGET).values()) == set(people(4, start=1))
