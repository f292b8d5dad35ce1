"""A request is a case: numbered, identified, due a month later, and told to the audit without the address."""

from __future__ import annotations

from datetime import date

import pytest

from email_registry import rights
from email_registry.errors import ConfigurationError, Held
from email_registry.privacy import Address
from email_registry.rights.cases import one_month_after
from tests.registry_rows import run_sql
from tests.rights.persons import TODAY, ask

AINO = "Aino.Virtanen@Sandbox-Posti.fi"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23", "2026-12-23"),
        ("2026-12-31", "2027-01-31"),
        ("2027-01-31", "2027-02-28"),
        ("2028-01-30", "2028-02-29"),
        ("2026-10-31", "2026-11-30"),
    ],
)
def test_it_is_due_a_month_later(received: str, due: str) -> None:
    assert one_month_after(date.fromisoformat(received)) == date.fromisoformat(due)


@pytest.mark.parametrize(
    "address", ["", "ei osoite", "a@b", "@posti.fi", "aino@", "aino@posti fi", "x" * 400 + "@posti.fi"]
)
def test_what_is_no_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        ask(address)
    assert "osoite" not in str(refused.value)
    assert "posti" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "  ", "2026\n1", "aino@posti.fi", "aino\uff20posti.fi", "x" * 101])
def test_a_number_and_how_identity_was_checked_are_asked_for_and_hold_no_address(text: str) -> None:
    with pytest.raises(ConfigurationError):
        rights.Request(Address(AINO), text, "passport", TODAY, "officer")
    with pytest.raises(ConfigurationError):
        rights.Request(Address(AINO), "2026/1", text, TODAY, "officer")


@pytest.mark.promise("log")
def test_the_audit_names_the_person_by_keyed_hash_and_the_officer_by_name(registry_env: dict[str, str]) -> None:
    request = ask(AINO, "2026/77")
    rights.note_request(request, "access", TODAY)
    rights.read_access(request, TODAY)
    admin_url = registry_env["REGISTRY_ADMIN_URL"]
    events = run_sql(
        admin_url, "SELECT action, actor, counts ->> 'case', counts ->> 'person' FROM audit.event ORDER BY id"
    )
    assert [event[:3] for event in events] == [("request", "officer", "2026/77"), ("access", "officer", "2026/77")]
    assert len({event[3] for event in events}) == 1
    assert "aino" not in str(run_sql(admin_url, "SELECT e::text FROM audit.event e")).lower()
    digest = run_sql(admin_url, "SELECT encode(digest, 'hex') FROM operations.rights_case")[0][0]
    assert events[0][3].partition(":")[2] not in digest


def test_the_same_number_is_the_same_case_however_the_address_is_spelled(registry_env: dict[str, str]) -> None:
    first = rights.note_request(ask(AINO, "2026/5"), "object", TODAY)
    again = rights.note_request(ask(f"  {AINO.upper()} ", "2026/5"), "object", TODAY)
    assert first.id == again.id
    with pytest.raises(Held, match="was opened for both audiences, not for person"):
        rights.note_request(ask(AINO, "2026/5"), "object", TODAY, scope="person")


def test_what_is_due_soon_is_an_alarm_every_day_until_it_is_done(registry_env: dict[str, str]) -> None:
    request = ask(AINO, "2026/9", TODAY)
    rights.note_request(request, "access", TODAY)
    (row,) = rights.open_cases(TODAY)
    assert (row["case"], row["due_on"], row["days_left"], row["state"]) == ("2026/9", date(2026, 12, 23), 30, "noted")
    rights.require_none_due(date(2026, 12, 15))
    for day in (date(2026, 12, 16), date(2027, 1, 5)):
        with pytest.raises(Held, match=r"case 2026/9 \(access\) is due on 2026-12-23"):
            rights.require_none_due(day)
    rights.read_access(request, date(2027, 1, 5))
    rights.require_none_due(date(2027, 1, 5))
    assert rights.open_cases(date(2027, 1, 5)) == []


def test_a_request_that_is_yet_to_come_is_a_mistake(registry_env: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="received on 2026-11-24, and the day is 2026-11-23"):
        rights.note_request(ask(AINO, received_on=date(2026, 11, 24)), "access", TODAY)
