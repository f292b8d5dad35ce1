"""Nights and bulletins by sheets alone: a person imports the sheets that we make, and exports the list again."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import pytest
import yaml

from email_registry import deliveries, lists, sync, unsubscribes
from email_registry.deliveries.exports import read_export
from email_registry.errors import Held
from email_registry.settings import policy
from sandbox.home import Home
from sandbox.webropol import person
from sandbox.world import World
from tests.conftest import SANDBOX_POLICY
from tests.faults.nights import Nights
from tests.offices import Office
from tests.registry_rows import register, run_sql

pytestmark = pytest.mark.stack

LISTS = {"henkiloasiakkaat": ".xlsx", "yritysasiakkaat": ".csv"}
BULLETIN = "kaikki_asiakkaat"  # a collector, emptied before each bulletin


class Webropol:
    """A person at Webropol, who imports our sheets and exports lists, and says so here."""

    def __init__(self, office: Office) -> None:
        self.office, self.world = office, World(Home(office.home))

    def import_sheets(self, target: str) -> list[str]:
        """Import the sheet of removals, then that of recipients, and note it. Returns the sheets' names."""
        folder = self.office.sheets / target
        sheets = [*sorted(folder.glob("removals-*")), *sorted(folder.glob("recipients-*"))]
        for sheet in sheets:
            assert sheet.stat().st_mode & 0o777 == 0o600
            person.import_sheet(self.world, target, sheet, removals=sheet.name.startswith("removals"))
        if sheets:
            deliveries.mark_imported(target, by="viestijä")
        assert list(folder.glob("re*-*")) == []
        return [sheet.name for sheet in sheets]

    def export(self, target: str) -> Path:
        """Export the list into the folder where we read it."""
        path = self.office.sheets / target / "in" / f"export{LISTS.get(target, '.csv')}"
        path.parent.mkdir(parents=True, exist_ok=True)
        time.sleep(0.01)  # newer than the import, by its file's time
        person.export_list(self.world, target, path)
        return path

    def drop_unsubscribes(self) -> None:
        """Drop the vendor's Do-Not-Contact export, which names everyone who unsubscribed."""
        path = self.office.sheets / "unsubscribes" / "do-not-contact.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        person.export_do_not_contact(self.world, path)


@pytest.fixture
def webropol(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Webropol:
    for name in ("template.xlsx", "template.csv"):
        office.sheets.mkdir(exist_ok=True)
        person.write_template(office.sheets / name)
    by_sheet = {
        name: {"delivery": "sheets", "sheet": {"template": f"template{suffix}", "email": "Sähköposti"}}
        for name, suffix in LISTS.items()
    }
    bulletin = {
        "delivery": "sheets",
        "kind": "collector",
        "sheet": {"template": "template.csv", "email": "Sähköposti", "fixed": {"Kieli": "fi"}},
    }
    rules = {
        "extends": str(SANDBOX_POLICY),
        "targets": {**by_sheet, BULLETIN: bulletin},
        "unsubscribes": {"survey": None},
    }
    file = tmp_path / "sheets.yaml"
    file.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("REGISTRY_POLICY", str(file))
    return Webropol(office)


def sync_list(target: str, on: date) -> dict[str, int]:
    owner = f"test {target}"
    plan = sync.make_plan(target, on, owner=owner)
    assert plan.id is not None
    return dict(sync.read_back(plan.id, sync.apply(plan.id), owner=owner))


def play_list(webropol: Webropol, target: str, on: date) -> None:
    """Play a night of a lasting list: its sheets are made and imported, and an export verifies them."""
    counts = sync_list(target, on)
    assert (counts["delivered"], counts["verified"]) == (1, 0)
    assert webropol.import_sheets(target)
    export = webropol.export(target)
    assert sync_list(target, on)["verified"] == 1
    assert not export.exists()


def play_bulletin(webropol: Webropol, on: date) -> None:
    """Play a bulletin: its collector is emptied, filled whole, verified, and frozen while it is sent."""
    person.reset(webropol.world, BULLETIN)
    deliveries.note_emptied(BULLETIN, by="viestijä", why="a new bulletin")
    counts = sync_list(BULLETIN, on)
    assert (counts["added"], counts["members"]) == (counts["desired"], 0)
    (manifest,) = (webropol.office.sheets / BULLETIN).glob("manifest-*.json")
    assert yaml.safe_load(manifest.read_text(encoding="utf-8"))["complete"] is True
    webropol.import_sheets(BULLETIN)
    webropol.export(BULLETIN)
    assert sync_list(BULLETIN, on)["verified"] == 1
    lists.freeze(BULLETIN, on, on, by="viestijä", why="it is being sent")


def test_five_nights_and_three_bulletins_equal_the_truth(webropol: Webropol) -> None:
    nights, office = Nights(webropol.office), webropol.office
    for night in range(1, 6):
        if night > 1:
            office.advance()
        on = date.fromisoformat(office.date)
        webropol.drop_unsubscribes()
        unsubscribes.read_unsubscribes(on, owner=f"night {night}")
        assert nights.play() is None
        for target in LISTS:
            if night > 1:
                webropol.export(target)  # the morning's export: it shows who left by themselves
            play_list(webropol, target, on)
        if night in (1, 3, 5):
            play_bulletin(webropol, on)
            assert office.differences() == {}
        assert {name for name in office.differences() if name in LISTS} == set()
    suppressions = run_sql(office.environment["REGISTRY_ADMIN_URL"], "SELECT count(*) FROM registry.suppression")
    assert suppressions[0][0] > 0
    assert not [file for file in office.sheets.rglob("*") if file.is_file() and not file.name.startswith("template")]


def test_a_newer_sheet_replaces_one_that_nobody_imported(webropol: Webropol) -> None:
    nights, office, target = Nights(webropol.office), webropol.office, "henkiloasiakkaat"
    assert nights.play() is None
    first = sync_list(target, date.fromisoformat(office.date))
    office.advance()
    assert nights.play() is None
    second = sync_list(target, date.fromisoformat(office.date))
    assert first["added"] == first["desired"]
    assert second["added"] == second["desired"]
    assert len(webropol.import_sheets(target)) == 1
    with pytest.raises(Held, match="no sheet waits to be imported"):
        deliveries.mark_imported(target, by="viestijä")
    webropol.export(target)
    assert sync_list(target, date.fromisoformat(office.date))["verified"] == 1
    assert target not in office.differences()


def test_a_sheet_is_withdrawn_when_its_changes_are_not_due_any_more(webropol: Webropol) -> None:
    office, target = webropol.office, "henkiloasiakkaat"
    admin_url, on = office.environment["REGISTRY_ADMIN_URL"], date.fromisoformat(office.date)
    register(admin_url, "person", ["aino@sandbox-posti.fi", "eero@sandbox-posti.fi"])
    sync_list(target, on)
    run_sql(admin_url, "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address", on, on)
    assert sync_list(target, on)["delivered"] == 0
    assert list((office.sheets / target).glob("*-*")) == []
    with pytest.raises(Held, match="no sheet waits to be imported"):
        deliveries.mark_imported(target, by="viestijä")


def test_sheets_that_nobody_will_import_are_withdrawn_and_their_changes_are_due_again(webropol: Webropol) -> None:
    office, target = webropol.office, "henkiloasiakkaat"
    on = date.fromisoformat(office.date)
    register(office.environment["REGISTRY_ADMIN_URL"], "person", ["aino@sandbox-posti.fi", "eero@sandbox-posti.fi"])
    assert sync_list(target, on)["added"] == 2
    assert deliveries.withdraw_sheets(target, by="viestijä")["rows"] == 2
    assert list((office.sheets / target).glob("*-*")) == []
    with pytest.raises(Held, match="no sheet waits to be imported"):
        deliveries.mark_imported(target, by="viestijä")
    assert sync_list(target, on)["added"] == 2


def test_an_export_from_before_the_import_is_not_read_and_none_is_read_twice(webropol: Webropol) -> None:
    nights, office, target = Nights(webropol.office), webropol.office, "henkiloasiakkaat"
    assert nights.play() is None
    on = date.fromisoformat(office.date)
    sync_list(target, on)
    webropol.export(target)  # it was exported too early, while the list was still empty
    webropol.import_sheets(target)
    counts = sync_list(target, on)
    assert (counts["added"], counts["unchanged"], counts["verified"]) == (0, counts["desired"], 0)
    webropol.export(target)
    member_id = next(iter(office.members(target)))
    office.webropol("POST", f"/lists/{office.list_id(target)}/members/removals", json={"MemberIds": [member_id]})
    assert sync_list(target, on)["verified"] == 1
    export = webropol.export(target)
    content = export.read_bytes()
    assert sync_list(target, on)["missing"] == 1
    export.write_bytes(content)
    at = run_sql(office.environment["REGISTRY_ADMIN_URL"], "SELECT extract(epoch FROM taken_at) FROM operations.export")
    os.utime(export, (float(at[0][0]), float(at[0][0])))
    assert sync_list(target, on)["left"] == 0  # the very same file is not a second read
    webropol.export(target)
    assert sync_list(target, on)["left"] == 1


def test_after_a_restore_no_sheet_is_made_before_an_export_has_shown_the_list(webropol: Webropol) -> None:
    """The restored database does not know which sheets were imported since the backup."""
    nights, office, target = Nights(webropol.office), webropol.office, "henkiloasiakkaat"
    admin_url = office.environment["REGISTRY_ADMIN_URL"]
    assert nights.play() is None
    play_list(webropol, target, date.fromisoformat(office.date))
    run_sql(  # as `./registry database restored` leaves it
        admin_url,
        "WITH restored AS (INSERT INTO operations.run (kind, subject, owner, state, business_date, started_at,"
        " heartbeat_at, ended_at, policy_digest)"
        " VALUES ('restore', 'registry', 'x', 'done', %s, now(), now(), now(), '') RETURNING id)"
        " UPDATE operations.export SET taken_at = now(), run_id = (SELECT id FROM restored) WHERE target = %s",
        date.fromisoformat(office.date), target,
    )  # fmt: skip
    office.advance()
    assert nights.play() is None
    with pytest.raises(Held, match="which sheets were imported since is not known; nothing was made"):
        sync_list(target, date.fromisoformat(office.date))
    assert list((office.sheets / target).glob("*-*")) == []
    webropol.export(target)
    assert sync_list(target, date.fromisoformat(office.date))["delivered"] == 1


def test_sheets_that_nobody_imports_raise_an_alarm(webropol: Webropol) -> None:
    nights, office, target = Nights(webropol.office), webropol.office, "henkiloasiakkaat"
    assert nights.play() is None
    for _ in range(8):
        sync_list(target, date.fromisoformat(office.date))
        office.advance()
    with pytest.raises(Held, match="for 8 days no export has shown"):
        sync_list(target, date.fromisoformat(office.date))
    assert policy().sync.unconfirmed_days == 7


def test_a_removal_is_spelled_as_the_list_spells_it(webropol: Webropol) -> None:
    office, target = webropol.office, "henkiloasiakkaat"
    admin_url, on = office.environment["REGISTRY_ADMIN_URL"], date.fromisoformat(office.date)
    register(admin_url, "person", ["aino@sandbox-posti.fi", "eero@sandbox-posti.fi"])
    by_hand = {"Members": [{"Email": "Aino@Sandbox-Posti.FI"}, {"Email": "eero@sandbox-posti.fi"}]}
    office.webropol("POST", f"/lists/{office.list_id(target)}/members", json=by_hand)
    webropol.export(target)
    assert sync_list(target, on)["adopt"] == 2
    run_sql(
        admin_url, "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address WHERE email ~ 'aino'", on, on
    )
    webropol.export(target)
    assert sync_list(target, on)["removed"] == 1
    (sheet,) = (office.sheets / target).glob("removals-*")
    (page,) = read_export(sheet, "Sähköposti")
    assert (list(page.emails.reveal()) == ["Aino@Sandbox-Posti.FI"]) is True
