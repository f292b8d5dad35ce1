"""A frozen list gets no additions while a bulletin is sent from it. Objections and departures are removed as ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from email_registry import lists, suppression, sync
from email_registry.boundaries.database import transaction
from email_registry.cli.tables import standing
from email_registry.errors import ConfigurationError, Held
from email_registry.report import status
from email_registry.settings import business_date
from email_registry.suppression import Reason
from tests.list_syncs import TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import make_absent, register, run_sql

UNTIL = TODAY + timedelta(days=3)


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


def freeze(until: object = UNTIL) -> None:
    lists.freeze(TARGET, TODAY, until, by="viestijä", why="bulletin 12")  # type: ignore[arg-type]


def test_nobody_is_added_while_objections_and_departures_are_removed(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(30))
    sync_once()
    freeze()
    register(admin_url, "person", people(2, start=100))
    make_absent(admin_url, people(1), TODAY)
    with transaction("list_sync") as database:
        suppression.record(database, people(1, start=1), "all", Reason.OBJECTION, TODAY)
    done = sync_once()
    assert (done["added"], done["removed"], done["verified"], done["frozen"]) == (0, 2, 0, 1)
    assert set(office.members(TARGET).values()) == set(people(28, start=2))
    assert run_sql(admin_url, "SELECT count(*) FROM operations.plan WHERE state = 'open'") == [(0,)]  # nothing waits


def test_a_frozen_list_asks_nobody_about_additions_however_many(admin_url: str) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    freeze()
    register(admin_url, "person", people(300, start=100))
    assert sync_once()["added"] == 0
    assert run_sql(admin_url, "SELECT count(*) FROM operations.plan WHERE state = 'open'") == [(0,)]


def test_the_additions_that_waited_are_made_after_the_last_day(admin_url: str) -> None:
    register(admin_url, "person", people(3))
    freeze()
    assert sync_once(on=UNTIL)["added"] == 0
    assert sync_once(on=UNTIL + timedelta(days=1))["added"] == 3


def test_a_thaw_ends_a_freeze_and_the_audit_names_who_did_both(admin_url: str) -> None:
    register(admin_url, "person", people(3))
    freeze()
    freeze(UNTIL + timedelta(days=1))  # moves its end
    lists.thaw(TARGET, by="viestijä", why="it is sent")
    assert sync_once()["verified"] == 1
    events = run_sql(
        admin_url,
        "SELECT action, actor, counts ->> 'why' FROM audit.event WHERE action IN ('freeze', 'thaw') ORDER BY id",
    )
    assert events == [("freeze", "viestijä", "bulletin 12")] * 2 + [("thaw", "viestijä", "it is sent")]
    with pytest.raises(Held, match="not frozen"):
        lists.thaw(TARGET, by="viestijä", why="again")


def test_a_freeze_between_the_plan_and_the_request_stops_the_additions(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(3))
    plan = sync.make_plan(TARGET, TODAY, owner="one")
    assert plan.id is not None
    freeze()
    done = sync.apply(plan.id)
    assert (done["added"], done["dropped"]) == (0, 3)
    assert sync.read_back(plan.id, done, owner="one")["verified"] == 0
    assert office.members(TARGET) == {}


@pytest.mark.parametrize("days", [-1, 61])
def test_a_last_day_that_is_past_or_far_away_is_refused(registry_env: dict[str, str], days: int) -> None:
    with pytest.raises(ConfigurationError, match="must be a day from"):
        freeze(TODAY + timedelta(days=days))


def test_an_unknown_target_is_refused_by_name(registry_env: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="no target is called so"):
        lists.freeze("toinen", TODAY, UNTIL, by="x", why="y")


def test_the_status_tells_who_froze_the_list_and_until_when(admin_url: str) -> None:
    today = business_date(None)
    register(admin_url, "person", people(3))
    sync_once()
    row = next(row for row in status()["targets"] if row["target"] == TARGET)
    assert standing(row) == "yes"
    lists.freeze(TARGET, today, today, by="viestijä", why="bulletin 12")
    row = next(row for row in status()["targets"] if row["target"] == TARGET)
    assert standing(row) == f"yes; frozen up to {today} by viestijä: nobody is added"
