"""What a person says of a list in Airflow's form: each choice against a real registry and a real list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from email_registry.errors import ConfigurationError, DatabaseFailed, Held
from registry_airflow.list_actions import ACTIONS, act
from sandbox.home import Home
from sandbox.webropol import person
from sandbox.world import World
from tests.conftest import SANDBOX_POLICY
from tests.list_syncs import ALL, TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import register, run_sql

BY = "vieno.viestija"
SHEETS = ALL  # this list is kept by sheets, TARGET by requests


@pytest.fixture
def admin_url(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    office.sheets.mkdir()
    person.write_template(office.sheets / "template.csv")
    sheet = {"template": "template.csv", "email": "Sähköposti"}
    file = tmp_path / "hands.yaml"
    rules = {"extends": str(SANDBOX_POLICY), "targets": {SHEETS: {"delivery": "sheets", "sheet": sheet}}}
    file.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("REGISTRY_POLICY", str(file))
    return office.environment["REGISTRY_ADMIN_URL"]


def fill_in(action: str, target: str = TARGET, until: str | None = None, reason: str = "bulletin 12") -> dict[str, Any]:
    """Send the form. Returns what the task gives to the next one."""
    form = {"action": action, "target": target, "until": until, "reason": reason, "date": None}
    return act(form, TODAY, by=BY)


def events(admin_url: str, action: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    return [
        (actor, subject, counts)
        for actor, subject, counts in run_sql(
            admin_url, "SELECT actor, subject, counts FROM audit.event WHERE action = %s ORDER BY id", action
        )
    ]


def sheets(office: Office) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in (office.sheets / SHEETS).glob("*.*"))


@pytest.fixture
def sheet_waits(admin_url: str, office: Office) -> World:
    """A sheet of recipients waits to be imported. Returns the world in which a person can import it."""
    register(admin_url, "person", people(5))
    assert sync_once(SHEETS)["delivered"] == 1
    assert sheets(office) == ["manifest", "recipients"]
    return World(Home(office.home))


def test_every_choice_of_the_form_is_tried_here() -> None:
    tried = ["freeze", "thaw", "imported", "withdraw", "emptied", "adopt", "none left", "live", "observe", "hand back"]
    assert tried == ACTIONS


def test_a_freeze_from_the_form_stops_additions_until_the_thaw(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(3))
    until = (TODAY + timedelta(days=2)).isoformat()
    assert fill_in("freeze", until=until) == {"target": TARGET, "action": "freeze"}
    assert sync_once()["added"] == 0
    assert fill_in("thaw", reason="") == {"target": TARGET, "action": "thaw"}
    assert sync_once()["added"] == 3
    assert set(office.members(TARGET).values()) == set(people(3))
    assert events(admin_url, "freeze") == [(BY, TARGET, {"until": until, "why": "bulletin 12"})]
    assert events(admin_url, "thaw") == [(BY, TARGET, {"why": "from the form"})]


def test_a_freeze_whose_last_day_is_missing_past_or_far_away_changes_nothing(admin_url: str) -> None:
    days = (None, "", (TODAY - timedelta(days=1)).isoformat(), (TODAY + timedelta(days=61)).isoformat())
    for until in days:
        with pytest.raises(ConfigurationError):
            fill_in("freeze", until=until)
    assert run_sql(admin_url, "SELECT count(*) FROM operations.freeze") == [(0,)]
    assert events(admin_url, "freeze") == []


def test_a_list_that_is_not_frozen_is_not_thawed_and_sheets_that_were_not_made_are_not_imported(admin_url: str) -> None:
    with pytest.raises(Held, match="is not frozen; nothing was changed"):
        fill_in("thaw")
    for action in ("imported", "withdraw"):
        for target in (TARGET, SHEETS):
            with pytest.raises(Held, match="no sheet waits to be imported; nothing was changed"):
                fill_in(action, target)
    assert run_sql(admin_url, "SELECT count(*) FROM audit.event") == [(0,)]


def test_a_sheet_that_the_form_notes_as_imported_is_believed_and_deleted(
    admin_url: str, office: Office, sheet_waits: World
) -> None:
    (recipients,) = (office.sheets / SHEETS).glob("recipients-*")
    person.import_sheet(sheet_waits, SHEETS, recipients, removals=False)
    assert fill_in("imported", SHEETS)["rows"] == 5
    assert sheets(office) == []
    assert [(actor, subject) for actor, subject, _ in events(admin_url, "imported")] == [(BY, SHEETS)]
    counts = sync_once(SHEETS)
    assert (counts["added"], counts["unchanged"], counts["verified"]) == (0, 5, 0)  # only an export verifies
    with pytest.raises(Held, match="no sheet waits"):
        fill_in("imported", SHEETS)


def test_a_sheet_that_the_form_withdraws_is_deleted_and_its_changes_are_due_again(
    admin_url: str, office: Office, sheet_waits: World
) -> None:
    assert fill_in("withdraw", SHEETS)["rows"] == 5
    assert sheets(office) == []
    assert [(actor, subject) for actor, subject, _ in events(admin_url, "withdrawn")] == [(BY, SHEETS)]
    assert sync_once(SHEETS)["added"] == 5


def test_nobody_has_left_a_list_that_the_form_notes_as_emptied_and_it_is_filled_again(
    admin_url: str, office: Office
) -> None:
    register(admin_url, "person", people(40))
    sync_once()
    person.reset(World(Home(office.home)), TARGET)
    assert fill_in("emptied") == {"target": TARGET, "action": "emptied"}
    assert sync_once()["added"] == 40
    assert set(office.members(TARGET).values()) == set(people(40))
    assert run_sql(admin_url, "SELECT count(*) FROM registry.suppression") == [(0,)]
    assert events(admin_url, "reset") == [(BY, TARGET, {"forgotten": 40, "why": "bulletin 12"})]


def test_a_list_kept_by_sheets_that_is_noted_as_emptied_gets_a_complete_sheet(
    admin_url: str, office: Office, sheet_waits: World
) -> None:
    fill_in("imported", SHEETS)
    assert fill_in("emptied", SHEETS) == {"target": SHEETS, "action": "emptied"}
    counts = sync_once(SHEETS)
    assert (counts["added"], counts["members"], counts["delivered"]) == (5, 0, 1)


def test_no_address_comes_into_the_audit_by_a_reason(admin_url: str) -> None:
    """The form refuses it (`test_up`). The database refuses what comes past the form, and nothing is done."""
    until = TODAY.isoformat()
    with pytest.raises(DatabaseFailed, match="the database refused: CheckViolation"):
        fill_in("freeze", until=until, reason="matti@sandbox-posti.fi asked")
    assert run_sql(admin_url, "SELECT count(*) FROM operations.freeze") == [(0,)]


def test_a_list_is_handed_back_adopted_and_signed_for_from_the_form(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    result = fill_in("hand back")
    assert (result["stage"], result["rows"]) == ("handed_back", 3)
    assert "sheet" not in result
    fill_in("observe")
    assert fill_in("adopt")["in_both"] == 3
    assert fill_in("none left") == {"lists": 1}
    with pytest.raises(Held, match="0 of 3 nights were observed"):
        fill_in("live")
    assert [event[0] for event in events(admin_url, "none_left")] == [BY]


@pytest.mark.parametrize("action", ["none left", "live", "observe", "hand back"])
def test_an_action_that_is_signed_needs_a_reason(admin_url: str, action: str) -> None:
    with pytest.raises(ConfigurationError, match="it is signed"):
        fill_in(action, reason="")
