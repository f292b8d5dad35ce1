"""Records older than the policy keeps them are deleted, unless something needs them or a clock is wrong."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from email_registry import expire, suppression
from email_registry.boundaries.database import transaction
from email_registry.errors import Held
from email_registry.suppression import Reason
from tests.expire.clocks import Clock
from tests.expire.records import TODAY, clear_after_a_night, count_records, night, run
from tests.expire.rules import use_policy
from tests.registry_rows import run_sql

PEOPLE = [f"henkilo{n}@sandbox-posti.fi" for n in range(4)]


@pytest.fixture
def admin_url(registry_env: dict[str, str]) -> str:
    return registry_env["REGISTRY_ADMIN_URL"]


@pytest.mark.promise("retention")
def test_a_run_is_kept_for_its_days_and_not_one_more_with_everything_that_belongs_to_it(admin_url: str) -> None:
    night(admin_url, TODAY - timedelta(days=731))
    night(admin_url, TODAY - timedelta(days=730))
    night(admin_url, TODAY)
    before = count_records(admin_url)
    counts = clear_after_a_night()
    assert [counts[key] for key in ("runs", "proofs", "plans", "items")] == [5, 1, 1, 1]
    after = count_records(admin_url)
    assert [before[t] - after[t] for t in ("proof", "plan", "plan_item")] == [1, 1, 1]
    assert clear_after_a_night()["runs"] == 0
    assert clear_after_a_night(TODAY + timedelta(days=1))["runs"] == 5


def test_five_missed_nights_change_nothing(admin_url: str) -> None:
    for days in range(731, 736):
        night(admin_url, TODAY - timedelta(days=days))
    night(admin_url, TODAY)
    assert clear_after_a_night()["runs"] == 25


def test_records_that_are_still_needed_are_kept_however_old_they_are(admin_url: str) -> None:
    """The newest run of each kind, a plan that waits, a member who is missing, a deletion without its certificate."""
    old = TODAY - timedelta(days=2000)
    first = night(admin_url, old)
    pending = run(admin_url, "expire", "person", old, deleted=3)
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
    run(admin_url, "night", "registry", TODAY)  # a night without loads, so the old one has the newest loads
    counts = clear_after_a_night()
    remaining = {row for (row,) in run_sql(admin_url, "SELECT id FROM operations.run")}
    assert {first, pending, waiting, missed} <= remaining
    assert counts["runs"] == 1


def test_items_are_deleted_in_bounded_batches(admin_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("email_registry.expire.history.ITEMS_PER_BATCH", 3)
    night(admin_url, TODAY - timedelta(days=800))
    night(admin_url, TODAY)
    run_sql(
        admin_url,
        "INSERT INTO operations.plan_item (plan_id, action, address_id)"
        " SELECT min(id), 'add', n FROM operations.plan, generate_series(1, 10) n GROUP BY n",
    )
    assert clear_after_a_night()["items"] == 11


def test_after_too_long_a_pause_no_record_is_deleted_for_the_days_of_the_longest_pause(admin_url: str) -> None:
    night(admin_url, TODAY - timedelta(days=800))
    night(admin_url, TODAY - timedelta(days=799))
    night(admin_url, TODAY)
    with pytest.raises(Held, match="came 799 days after the one before it"):
        expire.clear_history(TODAY + timedelta(days=13), owner="test")
    assert expire.clear_history(TODAY + timedelta(days=14), owner="test")["runs"] > 0


@pytest.mark.parametrize("wrong", [timedelta(days=3652), timedelta(days=-3652), timedelta(days=15)])
def test_a_wrong_clock_deletes_no_record(admin_url: str, wrong: timedelta) -> None:
    night(admin_url, TODAY - timedelta(days=800))
    night(admin_url, TODAY)
    before = count_records(admin_url)
    with pytest.raises(Held, match=r"is a clock (fast|slow)\? No record was deleted"):
        expire.clear_history(TODAY + wrong, owner="test")
    assert count_records(admin_url) == {**before, "run": before["run"] + 1}
    assert clear_after_a_night()["runs"] >= 5  # the run that was held may have a date long ago


def test_every_record_is_kept_while_a_legal_hold_lasts(
    admin_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    night(admin_url, TODAY - timedelta(days=800))
    night(admin_url, TODAY)
    legal_hold = {"reference": "TEM/1", "audience": "company", "until": TODAY}
    use_policy(tmp_path, monkeypatch, expiry={"legal_holds": [legal_hold]})
    assert clear_after_a_night() == {"under_legal_hold": 1}
    assert clear_after_a_night(TODAY + timedelta(days=1))["runs"] == 5


def test_reports_are_deleted_by_their_dates_and_leave_the_index(
    registry_env: dict[str, str], admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[int] = []
    monkeypatch.setattr("email_registry.check.report_retention.publish_index", lambda: published.append(1))
    validations = Path(registry_env["REGISTRY_HOME"]) / "reports" / "validations"
    for days, number in ((366, 1), (366, 2), (365, 3), (0, 4)):
        (validations / (TODAY - timedelta(days=days)).isoformat() / f"night-{number}" / "staged").mkdir(parents=True)
    night(admin_url, TODAY)
    assert clear_after_a_night()["reports"] == 2
    assert sorted(folder.name for folder in validations.glob("*/*")) == ["night-3", "night-4"]
    assert len(list(validations.iterdir())) == 2
    assert published == [1]


# Suppressions -------------------------------------------------------------------------------------


def suppress(emails: list[str], scope: str) -> None:
    with transaction("list_sync") as database:
        suppression.record(database, emails, scope, Reason.OBJECTION, TODAY)


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
def test_a_suppression_ends_when_whole_nights_lacked_its_address_for_the_policys_days(admin_url: str) -> None:
    suppress(PEOPLE[:1], "person")
    suppress(PEOPLE[1:2], "all")
    lacked(admin_url, TODAY, "person", "company")
    last = TODAY + timedelta(days=1095)
    lacked(admin_url, last - timedelta(days=1), "person", "company")
    assert clear_after_a_night(last - timedelta(days=1))["suppressions"] == 0
    lacked(admin_url, last, "person")  # the companies' sources were not whole tonight
    assert clear_after_a_night(last)["suppressions"] == 1
    assert scopes(admin_url) == ["all"]
    lacked(admin_url, last + timedelta(days=1), "person", "company")
    assert clear_after_a_night(last + timedelta(days=1))["suppressions"] == 1


def test_a_suppression_begins_its_days_again_when_a_source_brings_the_address_once(admin_url: str) -> None:
    suppress(PEOPLE[:1], "person")
    lacked(admin_url, TODAY, "person", "company")
    brought(admin_url, "person", TODAY + timedelta(days=1000))
    last = TODAY + timedelta(days=1095)
    lacked(admin_url, last, "person", "company")
    assert clear_after_a_night(last)["suppressions"] == 0
    again = last + timedelta(days=1095)
    lacked(admin_url, again, "person", "company")
    assert clear_after_a_night(again)["suppressions"] == 1


def test_nights_that_were_not_whole_do_not_end_a_suppression(admin_url: str) -> None:
    """Three years of an outage after one night without the address: the source may have had it all the time."""
    suppress(PEOPLE[:1], "person")
    lacked(admin_url, TODAY, "person", "company")
    for days in (500, 1095, 1200):
        night(admin_url, TODAY + timedelta(days=days), whole=("company",))
    assert clear_after_a_night(TODAY + timedelta(days=1200))["suppressions"] == 0
    lacked(admin_url, TODAY + timedelta(days=1201), "person", "company")
    assert clear_after_a_night(TODAY + timedelta(days=1201))["suppressions"] == 1


def test_an_ended_suppression_stands_in_the_journal_whose_old_lines_are_deleted_as_well(
    registry_env: dict[str, str], admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)
    clock.set(TODAY)
    suppress(PEOPLE[:1], "person")
    lacked(admin_url, TODAY, "person", "company")
    last = TODAY + timedelta(days=1095)
    lacked(admin_url, last, "person", "company")
    clear_after_a_night(last)  # a person gave the date; the journal is kept by the clock
    journal = Path(registry_env["REGISTRY_HOME"]) / "audit" / "journal.jsonl"
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [line.get("what") for line in lines[1:]] == ["suppressed", "ended"]
    assert lines[1]["digests"] == lines[2]["digests"]
    assert journal.stat().st_mode & 0o777 == 0o600
    clock.set(last)
    assert clear_after_a_night(last)["journal"] == 2
    assert [sorted(json.loads(line)) for line in journal.read_text().splitlines()] == [["begins"]]


def test_a_case_is_kept_for_its_days_after_the_answer_and_an_open_one_as_long_as_it_is_open(admin_url: str) -> None:
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
    counts = clear_after_a_night()
    assert (counts["cases"], counts["withdrawals"]) == (1, 1)
    assert run_sql(admin_url, "SELECT number FROM operations.rights_case ORDER BY 1") == [("1",), ("2",)]
    assert run_sql(admin_url, "SELECT scope FROM registry.withdrawal") == [("person",)]
