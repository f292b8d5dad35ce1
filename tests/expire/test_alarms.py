"""One source is broken: only addresses that no healthy source brings come near deletion, and an alarm tells so."""

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
from tests.expire.rules import use_policy

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
    """Play the companies' night so many days after the first. Each source brings its own addresses by default.

    Nights that were held are inserted before it, so that no pause is too long to be believed.
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


def test_the_alarm_counts_only_addresses_without_a_healthy_source_and_names_days_and_source(nights: Nights) -> None:
    play(nights, 0)
    for days in (1, 2, 40, 68):
        on = play(nights, days, ura=AWAY)
        assert unseen(nights) == {email: (FIRST + timedelta(days=1), None) for email in URA}
        assert expire.alarms("company", on) == []
    for days, remaining in ((70, 21), (80, 11), (90, 1)):
        on = play(nights, days, ura=AWAY)
        (alarm,) = expire.alarms("company", on)
        assert f"5 addresses that no healthy source brings are deleted from {remaining} days on" in alarm
        assert "ura_companies was whole last on 2026-11-23" in alarm
        assert "kasvucrm" not in alarm
        assert expire.expire("company", on, owner=f"test {on}")["deleted"] == 0
    on = play(nights, 91, ura=AWAY)
    assert expire.expire("company", on, owner=f"test {on}")["deleted"] == 5
    assert expire.alarms("company", on) == []
    assert nights.sql("SELECT count(*) FROM registry.address") == [(len(BOTH + CRM),)]


def test_a_source_that_recovers_in_time_ends_the_alarm_and_brings_every_address_back(nights: Nights) -> None:
    play(nights, 0)
    play(nights, 1, ura=AWAY)
    assert expire.alarms("company", play(nights, 75, ura=AWAY)) != []
    on = play(nights, 76)
    assert unseen(nights) == {}
    assert expire.alarms("company", on) == []
    expire.require_no_alarms("company", on)


def test_an_address_from_a_source_that_the_gate_stopped_is_seen_although_not_trusted(nights: Nights) -> None:
    """Such a source stops the days of the addresses that it brings. It does not add other addresses."""
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


def test_a_source_that_the_gate_stopped_does_not_bring_back_a_proven_absence(nights: Nights) -> None:
    play(nights, 0)
    on = play(nights, 1, ura=Brought(BOTH))
    play(nights, 2, ura=Brought(BOTH + URA, passes=False))
    assert unseen(nights) == dict.fromkeys(URA, (on, on))


def test_the_alarm_stands_in_the_run_and_in_the_status(nights: Nights) -> None:
    play(nights, 0)
    play(nights, 1, ura=AWAY)
    on = play(nights, 75, ura=AWAY)
    expire.expire("company", on, owner="test")
    (alarm,) = [row["alarm"] for row in status()["expiry"]]
    assert alarm == "; ".join(expire.alarms("company", on))
    with pytest.raises(Held, match="ura_companies was whole last on") as held:
        expire.require_no_alarms("company", on)
    assert held.value.runbook == "expiry-alarm"
    assert "@" not in str(held.value)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the test server's own
def test_the_alarm_is_mailed_if_the_policy_has_mail_and_a_failed_mail_hides_nothing(
    nights: Nights, registry_env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_policy(
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
