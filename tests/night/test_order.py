"""Steps of a night run again, alone, late or in another order: what was not checked is not loaded."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from email_registry import night
from email_registry.addresses import canonical_form
from email_registry.errors import DatabaseFailed, Held, SourceFailed
from email_registry.settings import policy
from email_registry.suppression import Reason
from tests import steps
from tests.offices import Office
from tests.registry_rows import addresses, run_sql

DAY = date(2026, 11, 23)


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


def up_to_check(owner: str, on: date = DAY) -> int:
    return steps.up_to_check(on, owner)


def load_and_close(night_id: int, *audiences: str) -> None:
    for audience in audiences:
        night.load(night_id, audience)
    if set(audiences) == set(policy().audiences):
        night.close_night(night_id)
    else:
        with pytest.raises(Held, match="was not loaded"):
            night.close_night(night_id)


def shorten(office: Office, source: str, rows: int, on: date = DAY) -> None:
    """A drop that is whole in itself and holds only its first rows: more than a night may lose."""
    file = office.home / "drop" / f"{source}_{on.isoformat()}.csv"
    lines = file.read_bytes().splitlines(keepends=True)[: rows + 1]
    file.write_bytes(b"".join(lines))
    mark(file, lines)


def mark(file: Path, lines: list[bytes]) -> None:
    """The marker of a drop that holds these lines, the header among them."""
    office_rows = sum(line.rstrip().endswith(b";06;voimassa") for line in lines)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    marker = {"rows": len(lines) - 1, "sha256": digest, "counts": {"06": office_rows}}
    file.with_name(file.name + ".done").write_text(json.dumps(marker))


def test_an_older_verdict_does_not_speak_for_rows_that_came_after_it(office: Office, admin_url: str) -> None:
    """The extract of a source was cleared alone, and the check after it was not."""
    night_id = up_to_check("one")
    shorten(office, "ura_persons", 20)
    night.extract(night_id, "ura_persons")
    with pytest.raises(Held, match="did not pass the gate"):
        night.load(night_id, "person")
    night.check_candidates(night_id)
    counts = night.load(night_id, "person")
    assert counts["absences_skipped"] == 1
    assert addresses(admin_url, "person") == set()


def test_candidates_made_anew_and_not_judged_are_not_loaded(office: Office, admin_url: str) -> None:
    from email_registry.load import prepare_candidates

    night_id = up_to_check("one")
    prepare_candidates(night_id, "person")  # the check died before it judged
    with pytest.raises(Held, match="did not pass the gate"):
        night.load(night_id, "person")
    assert addresses(admin_url, "person") == set()


@pytest.mark.promise("sources")
def test_a_source_that_fails_when_it_is_read_again_is_trusted_no_more(office: Office, admin_url: str) -> None:
    night_id = up_to_check("one")
    (office.home / "drop" / f"ura_persons_{DAY.isoformat()}.csv.done").unlink()
    with pytest.raises(SourceFailed):
        night.extract(night_id, "ura_persons")
    night.check_staged(night_id)
    night.check_candidates(night_id)
    assert night.load(night_id, "person")["absences_skipped"] == 1
    assert night.load(night_id, "company")["absences_skipped"] == 0


def test_a_source_that_is_being_read_again_has_no_verdict(
    office: Office, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second reading died in the middle: the proof and the verdict there are speak of the first."""

    def died(*given: object) -> None:
        raise DatabaseFailed("the database does not answer")

    night_id = up_to_check("one")
    with monkeypatch.context() as patch:
        patch.setattr("email_registry.extract.staging._staged", died)
        with pytest.raises(DatabaseFailed):
            night.extract(night_id, "ura_persons")
    states = "SELECT subject FROM operations.run WHERE kind = 'check' AND state = 'done' ORDER BY subject"
    assert run_sql(admin_url, states) == [("company",), ("kasvucrm_companies",), ("ura_companies",)]
    with pytest.raises(Held):
        night.load(night_id, "person")


def test_a_source_read_twice_is_staged_once(office: Office, admin_url: str) -> None:
    night_id = night.open_night(DAY, owner="one")
    first = night.extract(night_id, "ura_persons")
    assert night.extract(night_id, "ura_persons") == first
    staged = run_sql(admin_url, "SELECT count(*) FROM staging.row WHERE verdict = 'valid'")
    assert staged == [(first["valid"],)]


@pytest.mark.promise("objection")
def test_what_is_suppressed_is_not_staged_and_becomes_absent(office: Office, admin_url: str) -> None:
    from email_registry import suppression
    from email_registry.boundaries.database import transaction

    load_and_close(up_to_check("one"), "person")
    (some, *_) = sorted(addresses(admin_url, "person"))
    with transaction("list_sync") as database:
        suppression.record(database, [some], "all", Reason.LEFT, DAY)
    office.advance()
    second = up_to_check("one", DAY + timedelta(days=1))
    assert run_sql(admin_url, "SELECT count(*) FROM staging.row WHERE email = %s", some) == [(0,)]
    night.load(second, "person")
    gone = run_sql(
        admin_url, "SELECT absent_since FROM registry.unseen JOIN registry.address ON id = address_id WHERE email = %s",
        some,
    )  # fmt: skip
    assert (DAY + timedelta(days=1),) in gone


def test_a_night_that_is_over_is_neither_loaded_nor_does_it_empty_the_staging_of_another(
    office: Office, admin_url: str
) -> None:
    first = night.open_night(DAY, owner="one")
    with pytest.raises(Held):
        night.close_night(first)
    second = night.open_night(DAY, owner="two")
    night.extract(second, "ura_persons")
    with pytest.raises(Held, match="is held: begin a new one"):
        night.load(first, "person")
    with pytest.raises(Held):
        night.close_night(first)  # cleared in Airflow, a day later
    assert run_sql(admin_url, "SELECT count(*) > 0 FROM staging.row") == [(True,)]


def test_closing_says_what_never_came_and_what_did_not_end_and_leaves_no_address(
    office: Office, admin_url: str
) -> None:
    night_id = night.open_night(DAY, owner="one")
    night.extract(night_id, "ura_persons")
    run_sql(
        admin_url,
        "INSERT INTO operations.run (kind, subject, parent_id, owner, state, business_date, started_at, heartbeat_at,"
        " policy_digest) VALUES ('extract', 'ura_companies', %s, 'dead', 'open', %s, now(), now(), '')",
        night_id,
        DAY,
    )
    with pytest.raises(Held, match="extract of ura_companies did not end; person was not loaded; company was not"):
        night.close_night(night_id)
    assert run_sql(admin_url, "SELECT count(*) FROM staging.row") == [(0,)]
    assert run_sql(admin_url, "SELECT count(*) FROM operations.run WHERE state = 'open'") == [(0,)]


def test_an_older_night_is_not_loaded_after_a_newer_one(
    office: Office, admin_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night of last week cleared in Airflow would bring back who has gone since."""
    today = DAY + timedelta(days=3)
    monkeypatch.setattr("email_registry.runs.lease.business_date", lambda given: today)
    insert = (
        "INSERT INTO operations.run (kind, subject, owner, state, business_date, started_at, heartbeat_at, ended_at,"
        " policy_digest) VALUES ('load', %s, 'another', 'done', %s, now(), now(), now(), '')"
    )
    run_sql(admin_url, insert, "person", today)
    run_sql(admin_url, insert, "company", today + timedelta(days=1))  # a mistake in a date locks nobody out
    night_id = up_to_check("one")
    with pytest.raises(Held, match="comes after that of"):
        night.load(night_id, "person")
    assert addresses(admin_url) == set()
    assert night.load(night_id, "company")["new"] > 0


def test_absence_is_dated_once_and_by_audience(office: Office, admin_url: str) -> None:
    load_and_close(up_to_check("one"), *policy().audiences)
    office.advance()
    load_and_close(up_to_check("one", DAY + timedelta(days=1)), "person")
    absent = "SELECT count(*), min(absent_since), max(absent_since) FROM registry.unseen JOIN registry.address ON id ="
    absent += " address_id WHERE audience = %s"
    (gone, *_), *_ = run_sql(admin_url, absent, "person")
    assert gone > 0
    assert run_sql(admin_url, absent, "company") == [(0, None, None)]
    office.advance()
    load_and_close(up_to_check("one", DAY + timedelta(days=2)), "person")
    dates = run_sql(admin_url, "SELECT DISTINCT absent_since FROM registry.unseen ORDER BY 1")
    assert dates == [(DAY + timedelta(days=1),), (DAY + timedelta(days=2),)]


def test_who_is_in_both_audiences_is_unseen_in_the_one_that_no_longer_brings_them(
    office: Office, admin_url: str
) -> None:
    load_and_close(up_to_check("one"), *policy().audiences)
    both = addresses(admin_url, "person") & addresses(admin_url, "company")
    assert both
    file = office.home / "drop" / f"ura_persons_{DAY.isoformat()}.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [lines[0], *(line for line in lines[1:] if canonical_form(line.split(";")[0].strip(' "')) not in both)]
    file.write_text("".join(kept), encoding="utf-8")
    mark(file, [line.encode() for line in kept])
    load_and_close(up_to_check("two"), *policy().audiences)
    unseen = "SELECT count(*) FROM registry.unseen JOIN registry.address ON id = address_id WHERE audience = %s"
    assert run_sql(admin_url, unseen + " AND email = ANY(%s)", "person", sorted(both)) == [(len(both),)]
    assert run_sql(admin_url, unseen, "company") == [(0,)]
