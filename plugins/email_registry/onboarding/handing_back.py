"""Hands a list back to people: the last list that was read becomes a sheet, and no sync changes the list any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from email_registry import audit, deliveries, lists
from email_registry.boundaries.database import Database, locked
from email_registry.errors import Held, contained
from email_registry.lists import Stage
from email_registry.privacy import AddressColumn
from email_registry.settings import Target, environment, policy, utc_now
from email_registry.spreadsheets import SheetWriter, Template, remove_privately

PLAIN = Template(".csv", ("Email",), 0, head=b"Email\r\n")  # for a list whose policy names no template
SHEET = "list-*"


@contained
def hand_back(name: str, on: date, *, by: str, why: str) -> Mapping[str, str | int]:
    """Hand the list back to people: write the last verified list as a sheet, and change the list no more.

    Returns sheet (its path), rows, left_out (addresses that no sheet can hold harmlessly). The registry goes on night
    after night and keeps everything. The list may be observed and go live again.
    """
    lists.require_known_target(name)
    target = policy().targets[name]
    with locked("list_sync", "target", name) as database:
        require_other_stage(database, name, Stage.HANDED_BACK)
        lists.move_to_stage(database, name, Stage.HANDED_BACK, by=by, why=why)
        path, rows, left_out = _write_list(database, name, target, on)
        database.execute("onboarding/forget_members", target=name)
        counts = {"rows": rows, "left_out": left_out}
        audit.append(database, "sheet", name, counts, run_id=None, at=utc_now(), by=by)
    withdraw_sheets(name)
    audit.anchor()
    return {"target": name, "stage": Stage.HANDED_BACK.value, "sheet": str(path), **counts}


@contained
def note_sheet_taken(name: str) -> Mapping[str, int]:
    """Delete the sheet of a list that was handed back: a person has taken it. Returns deleted."""
    lists.require_known_target(name)
    paths = list(_folder(name).glob(SHEET))
    for path in paths:
        remove_privately(path)
    return {"deleted": len(paths)}


def require_other_stage(database: Database, name: str, stage: Stage) -> None:
    """Raise Held where the list is in that stage already."""
    if lists.stage_of(database, name) == stage:
        words = stage.replace("_", " ")
        raise Held(f"target {name} is {words} already; nothing was changed", runbook="go-live")


def withdraw_sheets(name: str) -> None:
    """Withdraw the sheets that nobody imported: they hold what is not to be done any more."""
    if deliveries.capabilities_of(policy().targets[name]).needs_person:
        with locked("list_sync", "target", name) as database:
            deliveries.withdraw_ready(database, name)
        deliveries.sweep_folder(name)


def _folder(name: str) -> Path:
    return deliveries.folder_of(name) if policy().files else environment().home / "handed_back" / name


def _write_list(database: Database, name: str, target: Target, on: date) -> tuple[Path, int, int]:
    folder, template, fixed = _folder(name), PLAIN, {}
    if target.sheet is not None:
        template = Template.read(folder.parent / target.sheet.template, target.sheet.email)
        fixed = dict(target.sheet.fixed)
    path = folder / f"list-{on.isoformat()}{template.suffix}"
    with SheetWriter(template, path, fixed) as sheet:
        for rows in database.stream("onboarding/read_last_list", target=name):
            sheet.add([email or "" for email in AddressColumn(row.email for row in rows).reveal()])
    return path, sheet.rows, sheet.left_out
