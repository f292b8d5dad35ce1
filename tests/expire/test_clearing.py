"""What is no address ends as the policy says: older than, while nothing still needs it, and never by a wrong clock."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from email_registry import expire, suppression
from email_registry.boundaries.database import transaction
from email_registry.errors import Held
from tests.expire.clocks import Clock
from tests.expire.rules import ruled
from tests.registry_rows import run_sql

TODAY = date(2026, 11, 23)
PEOPLE = [f"henkilo{n}@sandbox-posti.fi" for n in range(4)]


@pytest.fixture
def admin_url(registry_env: dict[str, str]) -> str:
    return registry_env["REGISTRY_ADMIN_URL"]


def run(admin_url: str, kind: str, subject: str, on: date, *, under: int | None = None, **counts: Any) -> int:
    """A run that is done."""
    ((run_id,),) = run_sql(
        admin_url,
        "INSERT INTO operations.run (kind, subject, parent_id, owner, state, business_date, started_at, heartbeat_at,"
        " ended_at, policy_digest, counts) VALUES (%s, %s, %s, 'x', 'done', %s, %s, %s, %s, '', %s) RETURNING id",
        kind, subject, under, on, on, on, on, json.dumps(counts),
    )  # fmt: skip
    return int(run_id)


def night(admin_url: str, on: date, *, whole: tuple[str, ...] = ("person", "company")) -> int:
    """A night with what it leaves: a proof, loads, and a sync with its plan and an item."""
    night_id = run(admin_url, "night", "registry", on)
    extract = run(admin_url, "extract", "ura_persons", on, under=night_id)
    run_sql(
        admin_url,
        "INSERT INTO operations.proof (run_id, night_id, source, audience, received, filtered, valid, rejected, staged,"
        " pages, contract, digest, started_at, ended_at, complete)"
        " VALUES (%s, %s, 'ura_persons', 'person', 1, 0, 1, '{}', 1, 1, '', '', %s, %s, true)",
        extract, night_id, on, on,
    )  # fmt: skip
    for audience in ("person", "company"):
        run(admin_url, "load", audience, on, under=night_id, frozen=int(audience not in whole))
    synced = run(admin_url, "sync", "henkiloasiakkaat", on)
    ((plan,),) = run_sql(
        admin_url,
        "INSERT INTO operations.plan (run_id, kind, subject, state, made_at, counts, released, waiting, digest)"
        " VALUES (%s, 'sync', 'henkiloasiakkaat', 'done', %s, '{}', '{}', '{}', '') RETURNING id",
        synced, on,
    )  # fmt: skip
    run_sql(admin_url, "INSERT INTO operations.plan_item (plan_id, action, address_id) VALUES (%s, 'add', 1)", plan)
    return night_id


def cleared(on: date = TODAY) -> dict[str, int]:
    """After a night two weeks before: the pause until the last one is believed."""
    run(os.environ["REGISTRY_ADMIN_URL"], "night", "registry", on - timedelta(days=14))
    return dict(expire.clear_records(on, owner=f"test {on}"))


def kept(admin_url: str) -> dict[str, int]:
    tables = ("run", "proof", "plan", "plan_item")
    return {t: run_sql(admin_url, f"SELECT count(*) FROM operations.{t} WHERE true")[0][0] for t in tables}


@pytest.mark.promise("retention")
def test_a_run_is_kept_its_days_and_not_one_more_with_all_that_belongs_to_it(admin_url: str) -> None:
    night(admin_url, TODAY - timedelta(days=731))
    night(admin_url, TODAY - timedelta(days=730))
    night(admin_url, TODAY)
    before = kept(admin_url)
    counts = cleared()
    assert [counts[key] for key in ("runs", "proofs", "plans", "items")] == [5, 1, 1, 1]
    after = kept(admin_url)
    assert [before[t] - after[t] for t in ("proof", "plan", "plan_item")] == [1, 1, 1]
    assert cleared()["runs"] == 0
    assert cleared(TODAY + timedelta(days=1))["runs"] == 5


def test_five_missed_nights_change_nothing(admin_url: str) -> None:
    for days in range(731, 736):
        night(admin_url, TODAY - timedelta(days=days))
    night(admin_url, TODAY)
    assert cleared()["runs"] == 25


def test_what_is_still_needed_stays_however_old(admin_url: str) -> None:
    """The newest of each kind, a plan that waits, who was missed on a list, a deletion without its certificate."""
    old = TODAY - timedelta(days=2000)
    first = night(admin_url, old)
    owed = run(admin_url, "expire", "person", old, deleted=3)
    run(admin_url, "expire", "person", old, deleted=1, certified="x")
    waiting = run(admin_url, "sync", "yritysasiakkaat", old)
    run_sql(
        admin_url,
        "INSERT INTO operations.plan (run_id, kind, subject, state, made_at, counts, released, waiting, digest)"
        " VALUES (%s, 'sync', 'yritysasiakkaat', 'open', %s, '{}', '{}', '{add}', '')",
        waiting, old,
    )  # fmt: skip
    missed = run(admin_url, "sync", "kaikki_asiakkaat", old)
    run_sql(admin_url, "INSERT INTO registry.address (audience, email) VALUES ('person', 'x')")
    run_sql(
        admin_url,
        "INSERT INTO registry.listing (target, address_id, seen, missed_in)"
        " SELECT 'kaikki_asiakkaat', id, now(), %s FROM registry.address",
        missed,
    )
    for subject in ("yritysasiakkaat", "kaikki_asiakkaat"):
        run(admin_url, "sync", subject, TODAY)
    run(admin_url, "expire", "person", TODAY)
    run(admin_url, "night", "registry", TODAY)  # a night that fell: the old one has the newest loads
    counts = cleared()
    left = {row for (row,) in run_sql(admin_url, "SELECT id FROM operations.run")}
    assert {first, owed, waiting, missed} <= left
    assert counts["runs"] == 1


def test_items_go_in_bounded_batches(admin_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("email_registry.expire.history.AT_ONCE", 3)
    night(admin_url, TODAY - timedelta(days=800))
    night(admin_url, TODAY)
    run_sql(
        admin_url,
        "INSERT INTO operations.plan_item (plan_id, action, address_id)"
        " SELECT min(id), 'add', n FROM operations.plan, generate_series(1, 10) n GROUP BY n",
    )
    assert cleared()["items"] == 11


def test_after_a_pause_that_is_too_long_no_record_goes_for_as_many_days_as_one_is_believed(admin_url: str) -> None:
    night(admin_url, TODAY - timedelta(days=800))
    night(admin_url, TODAY - timedelta(days=799))
    night(admin_url, TODAY)
    with pytest.raises(Held, match="came 799 days after the one before it"):
        expire.clear_records(TODAY + timedelta(days=13), owner="test")
    assert expire.clear_records(TODAY + timedelta(days=14), owner="test")["runs"] > 0


@pytest.mark.parametrize("wrong", [timedelta(days=3652), timedelta(days=-3652), timedelta(days=15)])
def test_by_a_wrong_clock_no_record_goes(admin_url: str, wrong: timedelta) -> None:
    night(admin_url, TODAY - timedelta(days=800))
    night(admin_url, TODAY)
    before = kept(admin_url)
    with pytest.raises(Held, match=r"is a clock (fast|slow)\? No record was deleted"):
        expire.clear_records(TODAY + wrong, owner="test")
    assert kept(admin_url) == {**before, "run": before["run"] + 1}
    assert cleared()["runs"] >= 5  # the one that was held may be of a day long ago


def test_while_a_hold_lasts_all_of_it_stays(admin_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    night(admin_url, TODAY - timedelta(days=800))
    night(admin_url, TODAY)
    hold = {"reference": "TEM/1", "audience": "company", "until": TODAY}
    ruled(tmp_path, monkeypatch, expiry={"legal_holds": [hold]})
    assert cleared() == {"under_legal_hold": 1}
    assert cleared(TODAY + timedelta(days=1))["runs"] == 5


def test_reports_go_by_their_dates_and_the_index_forgets_them(
    registry_env: dict[str, str], admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr("email_registry.check.report_retention.publish_index", lambda: told.append(1))
    validations = Path(registry_env["REGISTRY_HOME"]) / "reports" / "validations"
    for days, number in ((366, 1), (366, 2), (365, 3), (0, 4)):
        (validations / (TODAY - timedelta(days=days)).isoformat() / f"night-{number}" / "staged").mkdir(parents=True)
    night(admin_url, TODAY)
    assert cleared()["reports"] == 2
    assert sorted(folder.name for folder in validations.glob("*/*")) == ["night-3", "night-4"]
    assert len(list(validations.iterdir())) == 2
    assert told == [1]


# Suppressions -------------------------------------------------------------------------------------


def suppress(emails: list[str], scope: str) -> None:
    with transaction("list_sync") as database:
        suppression.record(database, emails, scope, "objection", TODAY)


def lacked(admin_url: str, on: date, *whole: str) -> None:
    """A night on which every source of these audiences was whole, as `close_night` notes it."""
    night(admin_url, on, whole=whole)
    with transaction("loader") as database:
        suppression.note_lacked(database, whole, on)


def brought(admin_url: str, scope: str, on: date) -> None:
    ids = [row for (row,) in run_sql(admin_url, "SELECT id FROM registry.suppression WHERE scope = %s", scope)]
    with transaction("loader") as database:
        suppression.note_brought(database, ids, on)


def scopes(admin_url: str) -> list[str]:
    return [scope for (scope,) in run_sql(admin_url, "SELECT scope FROM registry.suppression ORDER BY scope")]


@pytest.mark.promise("suppressions", "retention")
def test_a_suppression_ends_when_whole_nights_have_lacked_its_address_for_the_policys_days(admin_url: str) -> None:
    suppress(PEOPLE[:1], "person")
    suppress(PEOPLE[1:2], "all")
    lacked(admin_url, TODAY, "person", "company")
    last = TODAY + timedelta(days=1095)
    lacked(admin_url, last - timedelta(days=1), "person", "company")
    assert cleared(last - timedelta(days=1))["suppressions"] == 0
    lacked(admin_url, last, "person")  # of the companies nobody knows tonight
    assert cleared(last)["suppressions"] == 1
    assert scopes(admin_url) == ["all"]
    lacked(admin_url, last + timedelta(days=1), "person", "company")
    assert cleared(last + timedelta(days=1))["suppressions"] == 1


def test_whom_a_source_brought_even_once_is_suppressed_for_as_long_again(admin_url: str) -> None:
    suppress(PEOPLE[:1], "person")
    lacked(admin_url, TODAY, "person", "company")
    brought(admin_url, "person", TODAY + timedelta(days=1000))
    last = TODAY + timedelta(days=1095)
    lacked(admin_url, last, "person", "company")
    assert cleared(last)["suppressions"] == 0
    again = last + timedelta(days=1095)
    lacked(admin_url, again, "person", "company")
    assert cleared(again)["suppressions"] == 1


def test_nights_of_which_nothing_is_known_do_not_end_a_suppression(admin_url: str) -> None:
    """Three years of an outage after one night without the address: it may be in the source all the while."""
    suppress(PEOPLE[:1], "person")
    lacked(admin_url, TODAY, "person", "company")
    for days in (500, 1095, 1200):
        night(admin_url, TODAY + timedelta(days=days), whole=("company",))
    assert cleared(TODAY + timedelta(days=1200))["suppressions"] == 0
    lacked(admin_url, TODAY + timedelta(days=1201), "person", "company")
    assert cleared(TODAY + timedelta(days=1201))["suppressions"] == 1


def test_an_ended_suppression_stands_in_the_journal_and_old_lines_of_that_end_too(
    registry_env: dict[str, str], admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    clock.set(TODAY)
    suppress(PEOPLE[:1], "person")
    lacked(admin_url, TODAY, "person", "company")
    last = TODAY + timedelta(days=1095)
    lacked(admin_url, last, "person", "company")
    cleared(last)  # as a person gave the day: what is kept by the clock is kept
    journal = Path(registry_env["REGISTRY_HOME"]) / "audit" / "journal.jsonl"
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [line.get("what") for line in lines[1:]] == ["suppressed", "ended"]
    assert lines[1]["digests"] == lines[2]["digests"]
    assert journal.stat().st_mode & 0o777 == 0o600
    clock.set(last)
    assert cleared(last)["journal"] == 2
    assert [sorted(json.loads(line)) for line in journal.read_text().splitlines()] == [["begins"]]


def test_a_case_is_kept_its_days_after_it_was_answered_and_an_open_one_as_long_as_it_is_open(admin_url: str) -> None:
    old = TODAY - timedelta(days=731)
    for number, (state, done) in enumerate([("done", old), ("done", TODAY - timedelta(days=730)), ("noted", None)]):
        run_sql(
            admin_url,
            "INSERT INTO operations.rights_case (number, right_used, digest, key_version, form_version, scope, relist,"
            " identity, received_on, due_on, state, opened_at, opened_by, done_at)"
            " VALUES (%s, 'access', '', 1, 1, 'all', false, 'x', %s, %s, %s, %s, 'x', %s)",
            str(number), old, old, state, old, done,
        )  # fmt: skip
    for scope, day in (("all", old), ("person", TODAY)):
        run_sql(admin_url, "INSERT INTO registry.withdrawal VALUES ('', 1, 1, %s, %s)", scope, day)
    counts = cleared()
    assert (counts["cases"], counts["withdrawals"]) == (1, 1)
    assert run_sql(admin_url, "SELECT number FROM operations.rights_case ORDER BY 1") == [("1",), ("2",)]
    assert run_sql(admin_url, "SELECT scope FROM registry.withdrawal") == [("person",)]
