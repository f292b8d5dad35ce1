"""Access, correction, erasure, objection, its withdrawal: in the registry, at Webropol, and in later nights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from email_registry import rights, sync
from email_registry.errors import Held
from email_registry.suppression import Reason
from tests.list_syncs import ALL, TARGET, people, sync_once
from tests.offices import Office
from tests.registry_rows import addresses, make_absent, register, run_sql
from tests.rights.persons import TODAY, ask

pytestmark = pytest.mark.stack

PERSON = people(1)[0]
COMPANIES = "yritysasiakkaat"


@pytest.fixture
def admin_url(office: Office) -> str:
    """Thirty persons, of whom the first is in the company audience too; every list is equal."""
    url = office.environment["REGISTRY_ADMIN_URL"]
    register(url, "person", people(30))
    register(url, "company", people(1))
    for target in (TARGET, COMPANIES, ALL):
        sync_once(target)
    return url


@pytest.fixture
def on_lists(office: Office) -> Callable[[str], set[str]]:
    return lambda email: {name for name in (TARGET, COMPANIES, ALL) if email in office.members(name).values()}


def confirmed(done: rights.ActResult, **options: object) -> rights.Case:  # type: ignore[name-defined]
    assert not rights.confirm(done.case.id, TODAY, owner="test", by="officer", **options)  # type: ignore[arg-type]
    found = run_sql_case(done.case.id)
    assert found == "done"
    return done.case


def run_sql_case(case_id: int) -> str:
    from email_registry.settings.environment import registry_url

    return str(
        run_sql(registry_url(admin=True), "SELECT state FROM operations.rights_case WHERE id = %s", case_id)[0][0]
    )


@pytest.mark.promise("inspection")
def test_access_tells_audiences_lists_sources_retention_and_suppressions(admin_url: str) -> None:
    run_sql(
        admin_url,
        "INSERT INTO operations.run (kind, subject, owner, state, business_date, started_at, heartbeat_at, ended_at,"
        " policy_digest, counts) SELECT 'load', audience, 't', 'done', date '2026-11-01', now(), now(), now(), '',"
        " jsonb_build_object('last_id', max(id)) FROM registry.address GROUP BY audience",
    )
    make_absent(admin_url, people(1, start=1), TODAY - timedelta(days=3))
    _, holding = rights.read_access(ask(PERSON.upper()), TODAY)
    assert [(each.audience, each.systems, each.since) for each in holding.audiences] == [
        ("person", ("URA",), TODAY.replace(day=1)),
        ("company", ("URA", "KasvuCRM"), TODAY.replace(day=1)),
    ]
    assert {each.target for each in holding.targets} == {TARGET, COMPANIES, ALL}
    assert all(each.since is not None for each in holding.targets)
    assert holding.suppressions == ()
    _, absent = rights.read_access(ask(people(1, start=1)[0]), TODAY)
    (audience,) = absent.audiences
    assert (audience.absent_since, audience.deleted_on) == (TODAY - timedelta(days=3), TODAY + timedelta(days=27))
    assert rights.read_access(ask("vieras@sandbox-posti.fi"), TODAY)[1].counts == {
        "audiences": 0, "targets": 0, "suppressions": 0, "cases": 1,
    }  # fmt: skip


@pytest.mark.promise("erasure")
def test_erased_is_gone_here_and_from_every_list_and_stays_so(
    admin_url: str, on_lists: Callable[[str], set[str]]
) -> None:
    done = rights.erase(ask(PERSON), TODAY)
    assert PERSON not in addresses(admin_url)
    assert [each.audience for each in done.before.brought] == ["person", "company"]  # the sources still have it
    assert done.case.state == "acted"
    confirmed(done)
    assert on_lists(PERSON) == set()
    register(admin_url, "person", [PERSON])  # as if a source had brought it past its suppression
    for target in (TARGET, ALL):
        assert sync_once(target)["added"] == 0
    assert on_lists(PERSON) == set()
    assert rights.confirm_all(TODAY, owner="test")["rewritten"] == 1


def test_erased_and_to_be_listed_again_is_suppressed_only_until_it_is_off_every_list(
    admin_url: str, on_lists: Callable[[str], set[str]]
) -> None:
    done = rights.erase(ask(PERSON), TODAY, relist=True)
    assert run_sql(admin_url, "SELECT reason FROM registry.suppression") == [("relist",)]
    confirmed(done)
    assert on_lists(PERSON) == set()
    assert run_sql(admin_url, "SELECT * FROM registry.suppression") == []
    register(admin_url, "person", [PERSON])
    assert sync_once(TARGET)["added"] == 1
    rights.object_(ask(PERSON), TODAY)
    with pytest.raises(Held, match="would not be listed again: withdraw that first"):
        rights.erase(ask(PERSON), TODAY, relist=True)


@pytest.mark.promise("correction")
def test_a_correction_says_where_and_the_old_form_may_go_at_once_and_comes_back_with_its_source(
    admin_url: str, on_lists: Callable[[str], set[str]]
) -> None:
    told = rights.rectify(ask(PERSON), TODAY, remove=False)
    assert told.case.right_used == "rectify"
    assert {system for each in told.before.audiences for system in each.systems} == {"URA", "KasvuCRM"}
    assert PERSON in addresses(admin_url)
    confirmed(rights.rectify(ask(PERSON), TODAY, remove=True))
    assert PERSON not in addresses(admin_url)
    assert on_lists(PERSON) == set()
    register(admin_url, "person", [PERSON])
    assert sync_once(TARGET)["added"] == 1


def test_an_objection_for_one_audience_leaves_the_other_and_its_joint_list(
    admin_url: str, on_lists: Callable[[str], set[str]]
) -> None:
    confirmed(rights.object_(ask(PERSON), TODAY, scope="person"))
    assert addresses(admin_url, "company") == {PERSON}
    assert on_lists(PERSON) == {COMPANIES, ALL}
    for target in (TARGET, COMPANIES, ALL):
        assert sync_once(target)["added"] == 0
    assert on_lists(PERSON) == {COMPANIES, ALL}
    only_a_person = people(1, start=3)[0]
    confirmed(rights.object_(ask(only_a_person), TODAY, scope="person"))
    assert on_lists(only_a_person) == set()  # of the joint list too: nothing else keeps it there


@pytest.mark.promise("objection")
def test_an_objection_reaches_both_audiences_and_is_withdrawn_for_one_or_both(
    admin_url: str, on_lists: Callable[[str], set[str]]
) -> None:
    done = rights.object_(ask(PERSON), TODAY)
    with pytest.raises(Held, match="is not off every list yet"):
        rights.withdraw(ask(PERSON), TODAY)
    confirmed(done)
    assert on_lists(PERSON) == set()
    rights.withdraw(ask(PERSON), TODAY, scope="person")
    rows = run_sql(admin_url, "SELECT scope, reason, recorded_on FROM registry.suppression")
    assert rows == [("company", "objection", TODAY)]
    register(admin_url, "person", [PERSON])
    assert sync_once(TARGET)["added"] == 1
    rights.withdraw(ask(PERSON), TODAY, scope="company")
    assert rights.withdraw(ask(PERSON), TODAY).case.ended == 0


def test_an_objection_after_leaving_at_webropol_is_an_objection(admin_url: str) -> None:
    from email_registry import suppression
    from email_registry.boundaries.database import transaction

    with transaction("list_sync") as database:
        suppression.record(database, [PERSON], "all", Reason.LEFT, TODAY - timedelta(days=9))
    rights.object_(ask(PERSON), TODAY)
    assert run_sql(admin_url, "SELECT reason, recorded_on FROM registry.suppression") == [("objection", TODAY)]


def test_the_same_case_once_more_changes_nothing(admin_url: str) -> None:
    request = ask(PERSON)
    first = rights.erase(request, TODAY)
    confirmed(first)
    before = run_sql(admin_url, "SELECT count(*) FROM registry.address")
    register(admin_url, "person", [PERSON])
    assert rights.erase(request, TODAY).case.state == "done"
    assert run_sql(admin_url, "SELECT count(*) FROM registry.address") == [(before[0][0] + 1,)]


def test_webropol_away_leaves_the_case_open_and_the_daily_run_ends_it(
    admin_url: str, office: Office, on_lists: Callable[[str], set[str]]
) -> None:
    done = rights.erase(ask(PERSON), TODAY)
    office.connect(webropol={"conn_type": "http", "host": "http://127.0.0.1:9", "login": "x", "password": "y"})
    assert set(rights.confirm(done.case.id, TODAY, owner="test", by="officer").why) == {TARGET, COMPANIES, ALL}
    office.connect()
    assert on_lists(PERSON) == {TARGET, COMPANIES, ALL}
    counts = rights.confirm_all(TODAY, owner="rights:daily")
    assert (counts["waiting"], counts["lists_waiting"]) == (0, 0)
    assert on_lists(PERSON) == set()
    sync_once(TARGET)  # and the list's own sync finds nothing out of order
    assert run_sql(admin_url, "SELECT count(*) FROM registry.suppression WHERE reason = 'left'") == [(0,)]


def test_a_list_that_is_being_synced_is_left_to_its_sync(admin_url: str) -> None:
    done = rights.erase(ask(PERSON), TODAY)
    plan = sync.make_plan(TARGET, TODAY, owner="somebody else")
    why = rights.confirm(done.case.id, TODAY, owner="test", by="officer").why
    assert list(why) == [TARGET]
    assert "is running already" in why[TARGET]
    assert plan.id is not None
    sync.read_back(plan.id, sync.apply(plan.id), owner="somebody else")
    assert not rights.confirm(done.case.id, TODAY, owner="test", by="officer")


def test_what_the_lists_looked_like_last_is_not_hidden_by_a_look_for_one_person(admin_url: str) -> None:
    from email_registry.report import status

    before = [row["verified"] for row in status()["targets"]]
    confirmed(rights.erase(ask(PERSON), TODAY))
    assert [row["verified"] for row in status()["targets"]] == before == [1, 1, 1]
