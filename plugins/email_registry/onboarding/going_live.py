"""Going live, by a named person, once every step has been passed; and going back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from email_registry import audit
from email_registry.boundaries.database import Database, locked, transaction
from email_registry.deliveries import sheet_batches
from email_registry.errors import Held, contained
from email_registry.lists.freezes import hold_known
from email_registry.lists.stages import Stage, move, stage_of
from email_registry.privacy import AddressColumn
from email_registry.settings import Target, environment, policy, utc_now
from email_registry.spreadsheets.writing import SheetWriter, Template, remove_privately

PLAIN = Template(".csv", ("Email",), 0, head=b"Email\r\n")  # of a list that needs no template of its own
LIST = "list-*"


@contained
def missing_for_live(name: str) -> list[str]:
    """What the list has not passed yet, each with what to do next; empty where it may go live."""
    hold_known(name)
    with transaction("list_sync") as database:
        return _missing(database, name)


@contained
def arriving() -> bool:
    """Whether a list is observed on its way to going live, and the policy has a pilot."""
    if policy().pilot is None:
        return False
    with transaction("list_sync") as database:
        return any(stage_of(database, name) == "observe" for name in policy().targets)


@contained
def go_live(name: str, *, by: str, why: str) -> Mapping[str, str]:
    """From the next sync on the list is delivered to. Held where a step is missing, naming all that are."""
    hold_known(name)
    with locked("list_sync", "target", name) as database:
        _hold_not(database, name, "live")
        missing = _missing(database, name)
        if missing:
            raise Held(
                f"target {name} can not go live yet: {'; '.join(missing)}. Nothing was changed", runbook="go-live"
            )
        move(database, name, "live", by=by, why=why)
    sheet_taken(name)
    audit.anchor()
    return {"target": name, "stage": "live"}


@contained
def observe(name: str, *, by: str, why: str) -> Mapping[str, str]:
    """Nothing is delivered from now on, and all that would be done is reported. Adopt and observe begin anew."""
    hold_known(name)
    with locked("list_sync", "target", name) as database:
        _hold_not(database, name, "observe")
        move(database, name, "observe", by=by, why=why)
        database.execute("onboarding/forget_listed", target=name)
    _withdraw_sheets(name)
    audit.anchor()
    return {"target": name, "stage": "observe"}


@contained
def retreat(name: str, on: date, *, by: str, why: str) -> Mapping[str, str | int]:
    """Give the list back to people's hands: the last verified list as a sheet, and nothing is delivered any more.

    Returns sheet (its path), rows, left_out (addresses that no sheet can hold harmlessly). The registry goes on night
    after night, and nothing of it is lost; the list may be observed and go live again.
    """
    hold_known(name)
    target = policy().targets[name]
    with locked("list_sync", "target", name) as database:
        _hold_not(database, name, "retreated")
        move(database, name, "retreated", by=by, why=why)
        path, rows, left_out = _written(database, name, target, on)
        database.execute("onboarding/forget_listed", target=name)
        counts = {"rows": rows, "left_out": left_out}
        audit.append(database, "sheet", name, counts, run_id=None, at=utc_now(), by=by)
    _withdraw_sheets(name)
    audit.anchor()
    return {"target": name, "stage": "retreated", "sheet": str(path), **counts}


@contained
def sheet_taken(name: str) -> Mapping[str, int]:
    """Delete the sheet of a retreat: a person has taken it. Returns deleted."""
    hold_known(name)
    found = list(_folder(name).glob(LIST))
    for path in found:
        remove_privately(path)
    return {"deleted": len(found)}


def _missing(database: Database, name: str) -> list[str]:
    rules, found = policy().onboarding, database.one("onboarding/passed", target=name)
    missing = []
    if found["observed"] < rules.observe_nights:
        missing.append(f"{found['observed']} of {rules.observe_nights} nights were observed: let the nights go on")
    if found["adopted_at"] is None:
        missing.append(f"its list was not adopted: ./registry adopt {name}")
    elif found["known_at"] is None:
        missing.append(
            "it is not known who had left it before: put the Do-Not-Contact export into the folder `leavers` and run "
            f"./registry leavers, or sign that there is none: ./registry adopt {name} --none-left --why …"
        )
    if policy().pilot is None:
        missing.append("the policy has no `pilot`: name a list of staff there")
    elif found["piloted"] < rules.pilot_nights:
        missing.append(
            f"{found['piloted']} of {rules.pilot_nights} nights of the pilot were verified: ./registry pilot"
        )
    return missing


def _hold_not(database: Database, name: str, stage: Stage) -> None:
    if stage_of(database, name) == stage:
        raise Held(f"target {name} is there already: {stage}; nothing was changed", runbook="go-live")


def _folder(name: str) -> Path:
    return sheet_batches.folder(name) if policy().files else environment().home / "retreat" / name


def _written(database: Database, name: str, target: Target, on: date) -> tuple[Path, int, int]:
    folder, template, fixed = _folder(name), PLAIN, {}
    if target.sheet is not None:
        template = Template.read(folder.parent / target.sheet.template, target.sheet.email)
        fixed = dict(target.sheet.fixed)
    path = folder / f"list-{on.isoformat()}{template.suffix}"
    with SheetWriter(template, path, fixed) as sheet:
        for rows in database.stream("onboarding/last_listed", target=name):
            sheet.add([email or "" for email in AddressColumn(row.email for row in rows).reveal()])
    return path, sheet.rows, sheet.left_out


def _withdraw_sheets(name: str) -> None:
    """Sheets that nobody imported hold what is not to be done any more."""
    if policy().targets[name].delivery == "file":
        with locked("list_sync", "target", name) as database:
            database.execute("deliveries/withdraw_delivered", target=name)
        sheet_batches.sweep(name)
