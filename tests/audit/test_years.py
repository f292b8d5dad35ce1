"""Years of the audit end, and what is left goes on from their head: only so, and only those years."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg2
import pytest

from email_registry import audit
from email_registry.audit.heads import heads
from email_registry.audit.retention import close_years
from email_registry.audit.verification import verify
from email_registry.boundaries.database import transaction
from email_registry.errors import Held
from email_registry.settings import utc_now
from tests.registry_rows import run_sql


@pytest.fixture
def admin_url(registry_env: dict[str, str]) -> str:
    """Events of the years 2017 to 2026, four a year, each anchored."""
    for year in range(2017, 2027):
        for month in (1, 4, 7, 10):
            with transaction("loader") as database:
                audit.append(database, "load", "person", {}, run_id=None, at=datetime(year, month, 1, tzinfo=UTC))
        audit.anchor()
    return registry_env["REGISTRY_ADMIN_URL"]


def years(admin_url: str) -> list[int]:
    found = run_sql(admin_url, "SELECT DISTINCT extract(year FROM at)::int FROM audit.event ORDER BY 1")
    return [year for (year,) in found]


@pytest.mark.promise("retention")
def test_years_beyond_the_policys_go_and_the_chain_is_whole_from_their_head(admin_url: str) -> None:
    assert close_years(date(2026, 11, 24)) == 12
    assert years(admin_url) == list(range(2020, 2027))
    found = verify()
    assert found.broken is None
    assert (found.first, found.closed_up_to) == (13, 12)
    told = run_sql(admin_url, "SELECT counts FROM audit.event WHERE action = 'close years'")
    assert {key: told[0][0][key] for key in ("events", "up_to", "year")} == {"events": 12, "up_to": 12, "year": 2019}
    assert close_years(date(2026, 11, 25)) == 0
    assert close_years(date(2027, 1, 1)) == 4
    assert verify().broken is None


def test_a_year_ends_at_midnight_in_helsinki(registry_env: dict[str, str]) -> None:
    for moment in ("2019-12-31T21:59:59Z", "2019-12-31T22:00:00Z", "2026-11-24T00:00:00Z"):
        with transaction("loader") as database:
            audit.append(database, "load", "person", {}, run_id=None, at=datetime.fromisoformat(moment))
    assert close_years(date(2026, 11, 24)) == 1


def test_nothing_goes_of_a_chain_that_is_broken(admin_url: str) -> None:
    run_sql(admin_url, "UPDATE audit.event SET actor = 'nobody' WHERE id = 30")
    with pytest.raises(Held, match="event 30: it is not what was written"):
        close_years(date(2026, 11, 24))
    assert years(admin_url)[0] == 2017


def test_a_beginning_that_was_cut_off_by_hand_is_no_closed_year_though_an_event_says_so(admin_url: str) -> None:
    last = run_sql(admin_url, "SELECT encode(hash, 'hex') FROM audit.event WHERE id = 20")[0][0]
    counts = json.dumps({"up_to": 20, "hash": last, "events": 20, "year": 2021})
    run_sql(admin_url, "SELECT audit.append(now(), 'root', 'close years', 'audit', NULL, %s, '')", counts)
    run_sql(admin_url, "DELETE FROM audit.event WHERE id <= 20")
    audit.anchor()
    broken = verify().broken
    assert broken is not None
    assert broken.why == "events 1 to 20 are missing, and no closing of their years was anchored"


@pytest.mark.parametrize("before", ["2026-01-01", "2030-01-01"])
def test_a_year_that_is_not_over_is_not_deleted_whoever_asks(
    admin_url: str, registry_env: dict[str, str], before: str
) -> None:
    connection = psycopg2.connect(registry_env["REGISTRY_URL"].replace("+psycopg2", ""))
    with connection, connection.cursor() as cursor:
        cursor.execute("SET ROLE retention")
        cursor.execute("SELECT * FROM audit.close_years(%s, 2026, now(), 'x', '')", (before,))
        assert cursor.fetchall() == []
    connection.close()
    assert verify().events == 40


def test_killed_after_the_closing_was_noted_and_before_it_was_committed_it_is_done_the_next_time(
    admin_url: str, registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from email_registry.audit import retention as closing

    written = closing.append_line

    def dies(path: Path, line: str) -> None:
        written(path, line)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(closing, "append_line", dies)
        with pytest.raises(KeyboardInterrupt):
            close_years(date(2026, 11, 24))
    assert verify().broken is None
    assert verify().first == 1
    assert close_years(date(2026, 11, 24)) == 12
    assert verify().broken is None
    assert len(heads().closed) == 1


def test_a_chain_goes_on_after_its_years_were_closed(admin_url: str) -> None:
    close_years(date(2026, 11, 24))
    with transaction("loader") as database:
        audit.append(database, "load", "person", {}, run_id=None, at=utc_now())
    audit.anchor()
    found = verify()
    assert found.broken is None
    assert found.beyond == 0
