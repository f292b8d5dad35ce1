"""One source is broken: only whom no healthy one brings comes near their last day, and that is told well before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from email_registry import expire
from email_registry.errors import Held
from email_registry.report import status
from tests.doctor.mail_server import mail_server
from tests.expire.nights import AWAY, Brought, Nights
from tests.expire.rules import ruled

FIRST = date(2026, 11, 23)
BOTH = [f"molemmat{n}@sandbox-yritys.fi" for n in range(4)]
URA = [f"vain-ura{n}@sandbox-yritys.fi" for n in range(5)]
CRM = [f"vain-crm{n}@sandbox-yritys.fi" for n in range(6)]


@pytest.fixture
def nights(registry_env: dict[str, str]) -> Iterator[Nights]:
    nights = Nights(registry_env["REGISTRY_ADMIN_URL"])
    yield nights
    nights.close()


def play(nights: Nights, days: int, ura: Brought | None = None, crm: Brought | None = None) -> date:
    """The companies' night so many days after the first; a source brings its own unless it is said otherwise.

    Nights before it of which nothing is known, so that no pause is too long to be believed.
    """
    on = FIRST + timedelta(days=days)
    nights.sql(
        "INSERT INTO operations.run (kind, subject, owner, state, business_date, started_at, heartbeat_at, ended_at,"
        " policy_digest) SELECT 'night', 'registry', 'x', 'held', day, day, day, day, ''"
        " FROM generate_series(%s, %s, interval '7 days') day WHERE day < %s",
        FIRST, on, on,
    )  # fmt: skip
    brought = {"ura_companies": ura or Brought(BOTH + URA), "kasvucrm_companies": crm or Brought(BOTH + CRM)}
    nights.play(on, brought)
    return on


def unseen(nights: Nights) -> dict[str, tuple[date, date | None]]:
    rows = nights.sql("SELECT email, since, absent_since FROM registry.unseen JOIN registry.address ON id = address_id")
    return {email: (since, absent) for email, since, absent in rows}


def test_only_whom_no_healthy_source_brings_comes_near_and_it_is_told_with_days_and_source(nights: Nights) -> None:
    play(nights, 0)
    for days in (1, 2, 40, 68):
        on = play(nights, days, ura=AWAY)
        assert unseen(nights) == {email: (FIRST + timedelta(days=1), None) for email in URA}
        assert expire.alarms("company", on) == []
    for days, left in ((70, 21), (80, 11), (90, 1)):
        on = play(nights, days, ura=AWAY)
        (said,) = expire.alarms("company", on)
        assert f"5 addresses that no healthy source brings are deleted from {left} days on" in said
        assert "ura_companies was whole last on 2026-11-23" in said
        assert "kasvucrm" not in said
        assert expire.expire("company", on, owner=f"test {on}")["deleted"] == 0
    on = play(nights, 91, ura=AWAY)
    assert expire.expire("company", on, owner=f"test {on}")["deleted"] == 5
    assert expire.alarms("company", on) == []
    assert nights.sql("SELECT count(*) FROM registry.address") == [(len(BOTH + CRM),)]


def test_a_source_that_mends_in_time_ends_the_alarm_and_brings_everybody_back(nights: Nights) -> None:
    play(nights, 0)
    play(nights, 1, ura=AWAY)
    assert expire.alarms("company", play(nights, 75, ura=AWAY)) != []
    on = play(nights, 76)
    assert unseen(nights) == {}
    assert expire.alarms("company", on) == []
    expire.require_no_alarms("company", on)


def test_whom_a_source_brings_that_the_gate_stops_is_seen_though_not_believed(nights: Nights) -> None:
    """Neither does their time run while they are brought, nor are others brought back by it."""
    play(nights, 0)
    play(nights, 1, ura=AWAY)
    assert set(unseen(nights)) == set(URA)
    stopped = Brought(BOTH + URA[:3] + ["uusi@sandbox-yritys.fi"], passes=False)
    play(nights, 2, ura=stopped)
    assert set(unseen(nights)) == set(URA[3:])
    for days in (60, 100):
        play(nights, days, ura=stopped)
    assert {email: since for email, (since, _) in unseen(nights).items()} == dict.fromkeys(
        URA[3:], FIRST + timedelta(days=1)
    )
    assert nights.sql("SELECT count(*) FROM registry.address WHERE email LIKE 'uusi%%'") == [(0,)]


def test_who_is_proven_absent_is_not_brought_back_by_a_source_that_the_gate_stops(nights: Nights) -> None:
    play(nights, 0)
    on = play(nights, 1, ura=Brought(BOTH))
    play(nights, 2, ura=Brought(BOTH + URA, passes=False))
    assert unseen(nights) == dict.fromkeys(URA, (on, on))


def test_the_alarm_is_in_the_run_of_the_night_and_in_the_status(nights: Nights) -> None:
    play(nights, 0)
    play(nights, 1, ura=AWAY)
    on = play(nights, 75, ura=AWAY)
    expire.expire("company", on, owner="test")
    (said,) = [row["alarm"] for row in status()["expiry"]]
    assert said == "; ".join(expire.alarms("company", on))
    with pytest.raises(Held, match="ura_companies was whole last on") as held:
        expire.require_no_alarms("company", on)
    assert held.value.runbook == "expiry-alarm"
    assert "@" not in str(held.value)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the test server's own
def test_the_alarm_is_mailed_where_the_policy_has_mail_and_a_mail_that_fails_hides_nothing(
    nights: Nights, registry_env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ruled(
        tmp_path, monkeypatch, mail={"connection": "mail", "to": ["tietosuoja@te-toimisto.fi"]},
        http={"connect_seconds": 1, "read_seconds": 2, "attempts": 1},
    )  # fmt: skip
    play(nights, 0)
    on = play(nights, 75, ura=AWAY)
    nights.sql("UPDATE registry.unseen SET since = %s", FIRST + timedelta(days=1))
    connections = Path(registry_env["REGISTRY_SECRETS"]) / "connections.json"
    with mail_server(tmp_path) as server:
        connections.write_text(json.dumps({"mail": server.connection()}))
        with pytest.raises(Held) as held:
            expire.require_no_alarms("company", on)
    (content,) = [mail for mail in server.mailboxes.came if b"retention" in mail]
    assert b"ura_companies was whole last on 2026-11-23" in content.replace(b"=\r\n", b"").replace(b"\r\n", b" ")
    assert b"sandbox-yritys" not in content
    assert "not mailed" not in str(held.value)
    with pytest.raises(Held, match=r"ura_companies was whole last on .* \(not mailed: "):
        expire.require_no_alarms("company", on)
