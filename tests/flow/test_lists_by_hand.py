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
SHEETS = ALL  # kept by sheets here; TARGET by requests


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
    """The form sent: what the task gives to the next."""
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
def delivered(admin_url: str, office: Office) -> World:
    """A sheet waits to be imported."""
    register(admin_url, "person", people(5))
    assert sync_once(SHEETS)["delivered"] == 1
    assert sheets(office) == ["manifest", "recipients"]
    return World(Home(office.home))


def test_every_choice_of_the_form_is_tried_here() -> None:
    here = ["freeze", "thaw", "imported", "withdraw", "emptied", "adopt", "none left", "live", "observe", "retreat"]
    assert here == ACTIONS


def test_frozen_from_the_form_nobody_is_added_until_it_is_thawed(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(3))
    until = (TODAY + timedelta(days=2)).isoformat()
    assert fill_in("freeze", until=until) == {"target": TARGET, "action": "freeze"}
    assert sync_once()["added"] == 0
    assert fill_in("thaw", reason="") == {"target": TARGET, "action": "thaw"}
    assert sync_once()["added"] == 3
    assert set(office.members(TARGET).values()) == set(people(3))
    assert events(admin_url, "freeze") == [(BY, TARGET, {"until": until, "why": "bulletin 12"})]
    assert events(admin_url, "thaw") == [(BY, TARGET, {"why": "from the form"})]


def test_a_freeze_without_its_end_or_with_one_that_is_past_or_far_away_changes_nothing(admin_url: str) -> None:
    days = (None, "", (TODAY - timedelta(days=1)).isoformat(), (TODAY + timedelta(days=61)).isoformat())
    for until in days:
        with pytest.raises(ConfigurationError):
            fill_in("freeze", until=until)
    assert run_sql(admin_url, "SELECT count(*) FROM operations.freeze") == [(0,)]
    assert events(admin_url, "freeze") == []


def test_what_is_not_frozen_is_not_thawed_and_what_was_not_handed_over_not_imported(admin_url: str) -> None:
    with pytest.raises(Held, match="is not frozen; nothing was changed"):
        fill_in("thaw")
    for action in ("imported", "withdraw"):
        for target in (TARGET, SHEETS):
            with pytest.raises(Held, match="no sheet waits to be imported; nothing was changed"):
                fill_in(action, target)
    assert run_sql(admin_url, "SELECT count(*) FROM audit.event") == [(0,)]


def test_imported_from_the_form_the_sheet_is_believed_and_goes(
    admin_url: str, office: Office, delivered: World
) -> None:
    (recipients,) = (office.sheets / SHEETS).glob("recipients-*")
    person.import_sheet(delivered, SHEETS, recipients, removals=False)
    said = fill_in("imported", SHEETS)
    assert said["rows"] == 5
    assert sheets(office) == []
    assert [(actor, subject) for actor, subject, _ in events(admin_url, "imported")] == [(BY, SHEETS)]
    again = sync_once(SHEETS)
    assert (again["added"], again["unchanged"], again["verified"]) == (0, 5, 0)  # only an export verifies
    with pytest.raises(Held, match="no sheet waits"):
        fill_in("imported", SHEETS)


def test_withdrawn_from_the_form_the_sheet_goes_and_all_of_it_is_due_again(
    admin_url: str, office: Office, delivered: World
) -> None:
    assert fill_in("withdraw", SHEETS)["rows"] == 5
    assert sheets(office) == []
    assert [(actor, subject) for actor, subject, _ in events(admin_url, "withdrawn")] == [(BY, SHEETS)]
    assert sync_once(SHEETS)["added"] == 5


def test_said_to_be_emptied_nobody_left_and_all_of_it_is_due_again(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(40))
    sync_once()
    person.reset(World(Home(office.home)), TARGET)
    assert fill_in("emptied") == {"target": TARGET, "action": "emptied"}
    assert sync_once()["added"] == 40
    assert set(office.members(TARGET).values()) == set(people(40))
    assert run_sql(admin_url, "SELECT count(*) FROM registry.suppression") == [(0,)]
    assert events(admin_url, "reset") == [(BY, TARGET, {"forgotten": 40, "why": "bulletin 12"})]


def test_a_list_that_is_kept_by_sheets_and_said_to_be_emptied_gets_a_complete_sheet(
    admin_url: str, office: Office, delivered: World
) -> None:
    fill_in("imported", SHEETS)
    assert fill_in("emptied", SHEETS) == {"target": SHEETS, "action": "emptied"}
    made = sync_once(SHEETS)
    assert (made["added"], made["members"], made["delivered"]) == (5, 0, 1)


def test_no_address_comes_into_the_audit_by_a_reason(admin_url: str) -> None:
    """The form refuses it (`test_up`); what comes past it is refused by the database, and nothing is done."""
    until = TODAY.isoformat()
    with pytest.raises(DatabaseFailed, match="the database refused: CheckViolation"):
        fill_in("freeze", until=until, reason="matti@sandbox-posti.fi asked")
    assert run_sql(admin_url, "SELECT count(*) FROM operations.freeze") == [(0,)]


def test_a_list_is_given_back_taken_over_and_signed_for_from_the_form(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    done = fill_in("retreat")
    assert (done["stage"], done["rows"]) == ("handed_back", 3)
    assert "sheet" not in done
    fill_in("observe")
    assert fill_in("adopt")["in_both"] == 3
    assert fill_in("none left") == {"lists": 1}
    with pytest.raises(Held, match="0 of 3 nights were observed"):
        fill_in("live")
    assert [event[0] for event in events(admin_url, "none_left")] == [BY]


@pytest.mark.parametrize("action", ["none left", "live", "observe", "retreat"])
def test_what_is_signed_needs_a_reason(admin_url: str, action: str) -> None:
    with pytest.raises(ConfigurationError, match="it is signed"):
        fill_in(action, reason="")
