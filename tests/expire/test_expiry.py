"""Due addresses are deleted, with their bytes, and no other address is."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from email_registry import expire, plans
from email_registry.errors import DatabaseFailed, Held
from email_registry.settings import policy
from tests.expire.rules import use_policy
from tests.registry_rows import addresses, make_absent, make_present, register, run_sql

TODAY = date(2026, 11, 23)
DUE = TODAY + timedelta(days=30)
PEOPLE = [f"henkilo{n}@sandbox-posti.fi" for n in range(10)]


@pytest.fixture
def admin_url(registry_env: dict[str, str]) -> str:
    register(registry_env["REGISTRY_ADMIN_URL"], "person", PEOPLE)
    return registry_env["REGISTRY_ADMIN_URL"]


def expired(on: date) -> int:
    return expire.expire("person", on, owner=f"test:{on}")["deleted"]


def certificates(env: dict[str, str]) -> list[dict[str, object]]:
    files = sorted((Path(env["REGISTRY_HOME"]) / "certificates").glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


@pytest.mark.promise("retention")
def test_no_address_is_deleted_a_day_early_and_every_due_address_is_deleted_however_late(admin_url: str) -> None:
    make_absent(admin_url, PEOPLE[:2], TODAY)
    assert expired(TODAY + timedelta(days=29)) == 0
    assert addresses(admin_url) == set(PEOPLE)
    assert expired(TODAY + timedelta(days=47)) == 2
    assert addresses(admin_url) == set(PEOPLE[2:])
    assert expired(TODAY + timedelta(days=47)) == 0


@pytest.mark.promise("retention")
def test_an_outage_does_not_extend_a_retention_beyond_unseen_days(admin_url: str) -> None:
    run_sql(admin_url, "INSERT INTO registry.unseen SELECT min(id), %s, NULL FROM registry.address", TODAY)
    assert expired(TODAY + timedelta(days=89)) == 0
    assert expired(TODAY + timedelta(days=90)) == 1


def test_an_address_still_on_a_list_waits_until_a_read_lacks_it_and_an_alarm_tells_from_the_next_day_on(
    admin_url: str,
) -> None:
    make_absent(admin_url, PEOPLE[:1], TODAY)
    run_sql(
        admin_url,
        "INSERT INTO registry.listing (target, address_id, seen) SELECT 't', address_id, now() FROM registry.unseen",
    )
    done = expire.expire("person", DUE, owner="test")
    assert (done["deleted"], done["still_listed"]) == (0, 1)
    assert run_sql(admin_url, "SELECT count(*) FROM operations.plan_item") == [(0,)]
    assert expire.alarms("person", DUE) == []
    with pytest.raises(Held, match="1 addresses are due and not deleted: no read, and no export, has shown t without"):
        expire.require_no_alarms("person", DUE + timedelta(days=1))
    run_sql(admin_url, "DELETE FROM registry.listing")
    assert expired(DUE + timedelta(days=1)) == 1
    assert expire.alarms("person", DUE + timedelta(days=1)) == []


def test_addresses_are_deleted_in_bounded_batches(
    admin_url: str, registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_policy(tmp_path, monkeypatch, expiry={"batch_size": 4})
    make_absent(admin_url, PEOPLE, TODAY)
    assert expired(DUE) == 10
    stamps = run_sql(admin_url, "SELECT count(*) FROM operations.plan_item GROUP BY asked_at ORDER BY asked_at")
    assert [count for (count,) in stamps] == [4, 4, 2]
    assert [certificate["deleted"] for certificate in certificates(registry_env)] == [10]


def test_the_tables_are_rewritten_once_in_the_policys_interval_and_certified_with_it(
    admin_url: str, registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use_policy(tmp_path, monkeypatch, expiry={"rewrite_days": 7})
    file = "SELECT pg_relation_filepath('registry.address')"
    rewritten = []
    for day in range(9):
        make_absent(admin_url, PEOPLE[day : day + 1], TODAY + timedelta(days=day))
        before = run_sql(admin_url, file)
        assert expired(DUE + timedelta(days=day)) == 1
        rewritten.append(run_sql(admin_url, file) != before)
    assert rewritten == [True, *[False] * 6, True, False]
    assert len(certificates(registry_env)) == 8
    assert expired(DUE + timedelta(days=14)) == 0
    assert len(certificates(registry_env)) == 9


def test_the_next_run_does_a_rewrite_that_failed_and_writes_its_certificate(
    admin_url: str, registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_absent(admin_url, PEOPLE[:3], TODAY)

    def fails(*arguments: object) -> None:
        raise DatabaseFailed("the database refused: DiskFull")

    with monkeypatch.context() as patch:
        patch.setattr("email_registry.expire.table_rewrite.outside_transaction", fails)
        with pytest.raises(DatabaseFailed):
            expired(DUE)
    path = run_sql(admin_url, "SELECT pg_relation_filepath('registry.address')")
    assert expired(DUE + timedelta(days=1)) == 0
    assert run_sql(admin_url, "SELECT pg_relation_filepath('registry.address')") != path
    (certificate,) = certificates(registry_env)
    assert (certificate["deleted"], certificate["business_date"]) == (3, DUE.isoformat())
    path = run_sql(admin_url, "SELECT pg_relation_filepath('registry.address')")
    assert expired(DUE + timedelta(days=2)) == 0
    assert run_sql(admin_url, "SELECT pg_relation_filepath('registry.address')") == path


def test_a_rewrite_without_the_right_is_a_failure_although_postgresql_only_warns(admin_url: str) -> None:
    make_absent(admin_url, PEOPLE[:3], TODAY)
    run_sql(admin_url, "REVOKE MAINTAIN ON registry.address FROM retention")
    with pytest.raises(DatabaseFailed, match="was not rewritten: the role retention may not"):
        expired(DUE)
    run_sql(admin_url, "GRANT MAINTAIN ON registry.address TO retention")
    assert expired(DUE + timedelta(days=1)) == 0
    assert run_sql(admin_url, "SELECT count(*) FROM operations.run WHERE counts ? 'certified'") == [(1,)]


def test_a_dry_run_deletes_nothing_and_leaves_nothing(admin_url: str) -> None:
    make_absent(admin_url, PEOPLE[:3], TODAY)
    assert expire.plan_expiry("person", DUE).due == 3
    assert addresses(admin_url) == set(PEOPLE)
    assert run_sql(admin_url, "SELECT count(*) FROM operations.run") == [(0,)]


def test_the_other_audience_keeps_its_addresses(admin_url: str) -> None:
    register(admin_url, "company", PEOPLE[:2])
    run_sql(admin_url, "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address", TODAY, TODAY)
    assert expired(DUE) == 10
    assert addresses(admin_url, "company") == set(PEOPLE[:2])


def test_a_legal_hold_stops_deletions_while_it_lasts_and_not_a_day_longer(
    admin_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    legal_hold = {"reference": "TEM/123/2026", "audience": "person", "until": DUE}
    use_policy(tmp_path, monkeypatch, expiry={"legal_holds": [legal_hold]})
    make_absent(admin_url, PEOPLE[:3], TODAY)
    assert expire.plan_expiry("person", DUE).legal_holds == ("TEM/123/2026",)
    done = expire.expire("person", DUE, owner="test")
    assert (done["deleted"], done["under_legal_hold"]) == (0, 3)
    assert expired(DUE + timedelta(days=1)) == 3


# What a person approves ---------------------------------------------------------------------------


@pytest.fixture
def many(admin_url: str) -> list[str]:
    people = [f"joukko{n}@sandbox-posti.fi" for n in range(150)]
    register(admin_url, "person", people)
    make_absent(admin_url, people, TODAY)
    return people


def make_waiting_plan(on: date = DUE) -> int:
    plan = expire.make_plan("person", on, owner="test")
    assert plan.reason is not None
    assert plan.id is not None
    return plan.id


def approve(plan: int) -> int:
    plans.decide(plan, plans.Decision.APPROVED, by="Maija", why="the office was divided")
    return expire.delete(plan, owner="approved")["deleted"]


def test_deletions_above_the_limit_wait_for_a_person(
    admin_url: str, many: list[str], registry_env: dict[str, str]
) -> None:
    assert "150 of 160 are due, above 10% and 100" in str(expire.plan_expiry("person", DUE).reason)
    with pytest.raises(Held, match=r"nothing was deleted. Plan \d+ waits: ./registry plan approve"):
        expired(DUE)
    plan = make_waiting_plan()
    with pytest.raises(Held, match="nothing was deleted"):
        expire.delete(plan, owner="test")
    assert len(addresses(admin_url)) == 160
    assert approve(plan) == 150
    assert addresses(admin_url) == set(PEOPLE)
    (certificate,) = certificates(registry_env)
    assert certificate["approved"]["by"] == "Maija"  # type: ignore[index]
    assert run_sql(admin_url, "SELECT actor FROM audit.event WHERE action = 'approved'") == [("Maija",)]


def test_an_approval_deletes_the_plan_without_returned_addresses_and_not_one_more(
    admin_url: str, many: list[str]
) -> None:
    plan = make_waiting_plan()
    make_present(admin_url, many[:10])
    make_absent(admin_url, PEOPLE[:5], TODAY)  # due by now as well, but not in the plan
    make_present(admin_url, many[10:11])
    make_absent(admin_url, many[10:11], DUE - timedelta(days=1))  # returned, and absent again since yesterday
    run_sql(
        admin_url,
        "INSERT INTO registry.listing (target, address_id, add_asked)"
        " SELECT 't', id, now() FROM registry.address WHERE email = %s",
        many[11],
    )
    assert approve(plan) == 138
    assert addresses(admin_url) == {*PEOPLE, *many[:12]}
    counts = run_sql(admin_url, "SELECT counts ->> 'spared' FROM operations.run WHERE counts ? 'deleted'")
    assert counts == [("12",)]


def test_an_approved_plan_is_not_executed_after_a_newer_plan_superseded_it(admin_url: str, many: list[str]) -> None:
    plan = make_waiting_plan()
    plans.decide(plan, plans.Decision.APPROVED, by="Maija", why="right")
    make_waiting_plan(DUE + timedelta(days=1))
    with pytest.raises(Held, match=f"plan {plan} of person is superseded; the rest was not deleted"):
        expire.delete(plan, owner="test")
    assert len(addresses(admin_url)) == 160


def test_a_superseded_plan_of_deletions_can_not_be_approved(admin_url: str, many: list[str]) -> None:
    plan, newer = make_waiting_plan(), make_waiting_plan(DUE + timedelta(days=1))
    with pytest.raises(Held, match="superseded"):
        approve(plan)
    assert len(addresses(admin_url)) == 160
    assert approve(newer) == 150


def test_a_refused_plan_is_not_done(admin_url: str, many: list[str]) -> None:
    plan = make_waiting_plan()
    plans.decide(plan, plans.Decision.REFUSED, by="Maija", why="a source is wrong")
    with pytest.raises(Held, match="nothing was deleted"):
        expire.delete(plan, owner="approved")
    assert len(addresses(admin_url)) == 160


def test_an_approved_plan_is_held_by_a_legal_hold_that_came_later(
    admin_url: str, many: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = make_waiting_plan()
    legal_hold = {"reference": "KHO 1", "audience": "all", "until": DUE}
    use_policy(tmp_path, monkeypatch, expiry={"legal_holds": [legal_hold]})
    with pytest.raises(Held, match="KHO 1 forbids it"):
        approve(plan)
    assert len(addresses(admin_url)) == 160


def test_the_safety_limit_is_the_policys(admin_url: str) -> None:
    assert policy().expiry.limit.floor == 100
    register(admin_url, "person", [f"joukko{n}@sandbox-posti.fi" for n in range(91)])
    run_sql(admin_url, "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address LIMIT 100", TODAY, TODAY)
    assert expired(DUE) == 100  # at the floor, whatever its share
