"""Batches of sheets: the sheets that were made together for a list, and whether a person imported them.

One batch of a list is in force at a time: ready to be imported, or imported and not yet confirmed by an export.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from email_registry import audit
from email_registry.boundaries.database import Database, locked, transaction
from email_registry.deliveries import sheet_folder
from email_registry.deliveries.states import SheetBatchState
from email_registry.errors import Held, contained
from email_registry.lists import require_known_target
from email_registry.settings import policy, utc_now


def begin_batch(name: str, plan_id: int, on: date) -> int:
    """Begin a batch for a plan. It asks again for what an unfinished batch asked for. Returns the batch's id."""
    with transaction("list_sync") as database:
        database.execute("deliveries/ask_again", plan_id=plan_id)
        row = database.one("deliveries/begin_batch", plan_id=plan_id, target=name, at=utc_now(), on=on)
    return int(row["id"])


def finish_batch(name: str, batch_id: int, files: Mapping[str, Mapping[str, Any]]) -> None:
    """Let these sheets take the place of the sheets before them.

    Where nothing is due, sheets that nobody imported contain only what is not due any more, so they are withdrawn.
    """
    with locked("list_sync", "target", name) as database:
        if not files:
            withdraw_ready(database, name)
            return
        database.execute("deliveries/supersede_batches", target=name, batch_id=batch_id)
        database.execute("deliveries/finish_batch", batch_id=batch_id, files=json.dumps(files))


def has_ready_batch(name: str, *, made_before: datetime) -> bool:
    """Tell whether sheets of the target were made before that moment and have not been imported."""
    with transaction("list_sync") as database:
        batch = _find_in_force(database, name)
    return batch is not None and batch["state"] == SheetBatchState.READY and batch["made_at"] < made_before


@contained
def mark_imported(name: str, *, by: str) -> Mapping[str, int]:
    """Note that a person imported the sheets in force. Only an export shows that it is so.

    Returns batch (its number) and rows. Held where there are no sheets, or they were imported before.
    """
    require_known_target(name)
    with locked("list_sync", "target", name) as database:
        batch, at = _require_ready(database, name), utc_now()
        database.execute("deliveries/mark_imported", batch_id=batch["id"], at=at, by=by)
        database.execute("deliveries/believe_imported", target=name, plan_id=batch["plan_id"], at=at)
        counts = _counts(batch)
        audit.append(database, "imported", name, counts, run_id=None, at=at, by=by)
    sweep_folder(name)
    audit.anchor()
    return counts


@contained
def withdraw_sheets(name: str, *, by: str) -> Mapping[str, int]:
    """Withdraw the sheets in force, which nobody imported and nobody will import. The next sync makes new ones.

    Returns batch (its number) and rows. Held where there are no sheets, or they were imported before.
    """
    require_known_target(name)
    with locked("list_sync", "target", name) as database:
        batch = _require_ready(database, name)
        database.execute("deliveries/supersede_batch", batch_id=batch["id"])
        counts = _counts(batch)
        audit.append(database, "withdrawn", name, counts, run_id=None, at=utc_now(), by=by)
    sweep_folder(name)
    audit.anchor()
    return counts


@contained
def withdraw_sheets_of_removed_target(name: str, *, by: str) -> None:
    """Withdraw the sheets of a target that is not in the policy any more: nobody is to import them."""
    with locked("list_sync", "target", name) as database:
        counts = {"batches": withdraw_ready(database, name)}
        audit.append(database, "withdrawn", name, counts, run_id=None, at=utc_now(), by=by)
    if policy().files is not None:
        sweep_folder(name)
    audit.anchor()


@contained
def note_emptied(name: str, *, by: str, why: str) -> None:
    """Note that a person emptied the list at Webropol. Its members did not leave, so all of them are due again."""
    require_known_target(name)
    with locked("list_sync", "target", name) as database:
        forgotten = database.execute("deliveries/forget_members", target=name)
        batch = _find_in_force(database, name)
        if batch is not None:
            database.execute("deliveries/supersede_batch", batch_id=batch["id"])
        counts: dict[str, int | str] = {"forgotten": forgotten, "why": why}
        audit.append(database, "reset", name, counts, run_id=None, at=utc_now(), by=by)
    if batch is not None and policy().files is not None:
        sweep_folder(name)
    audit.anchor()


def withdraw_ready(database: Database, name: str) -> int:
    """Withdraw the sheets that nobody imported, as their contents are not due any more. Returns how many batches."""
    return database.execute("deliveries/withdraw_ready", target=name)


def confirm_batch(database: Database, name: str) -> None:
    """Note that an export showed the list equal to the registry, so that the sheets in force did their work."""
    database.execute("deliveries/confirm_batch", target=name)


def unconfirmed_since(database: Database, name: str) -> date | None:
    """The date since which no export has shown the list equal to the registry; None where no sheets are in force."""
    batch = _find_in_force(database, name)
    since: date | None = batch["since"] if batch else None
    return since


def check_confirmed(name: str, since: date | None, on: date) -> Held | None:
    """Report sheets that nobody has shown to be imported for longer than the policy's days; None where there are none.

    `since`: what `unconfirmed_since` gave.
    """
    days = (on - since).days if since else 0
    if days <= policy().sync.unconfirmed_days:
        return None
    return Held(
        f"target {name}: for {days} days no export has shown that its sheets were imported. Import the newest, say so "
        f"(`./registry list imported {name}`), and put an export of the list into its folder",
        runbook="sheets",
    )


def sweep_folder(name: str) -> None:
    """Delete every sheet that is not ready any more, and the exports that were read."""
    with transaction("list_sync") as database:
        batch = _find_in_force(database, name)
        last = database.one("deliveries/find_last_export", target=name)
    ready = batch if batch is not None and batch["state"] == SheetBatchState.READY else None
    sheet_folder.remove_sheets(name, but=[*ready["files"], f"manifest-{ready['id']}.json"] if ready else [])
    sheet_folder.remove_parts(name)
    if last["read"] is not None:
        sheet_folder.remove_exports(name, until=last["read"])


def _find_in_force(database: Database, name: str) -> Mapping[str, Any] | None:
    """The batch that a person is to import, or has imported; None where the last export showed the list equal."""
    return database.row("deliveries/find_in_force", target=name)


def _require_ready(database: Database, name: str) -> Mapping[str, Any]:
    batch = _find_in_force(database, name)
    if batch is None or batch["state"] != SheetBatchState.READY:
        raise Held(f"target {name}: no sheet waits to be imported; nothing was changed", runbook="sheets")
    return batch


def _counts(batch: Mapping[str, Any]) -> dict[str, int]:
    return {"batch": batch["id"], "rows": sum(file["rows"] for file in batch["files"].values())}
