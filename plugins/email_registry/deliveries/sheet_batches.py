"""Lists that are kept by sheets: which sheets are in force, that a person imported them, that nobody did."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from email_registry import audit
from email_registry.boundaries.database import Database, locked, transaction
from email_registry.boundaries.files import file_work
from email_registry.deliveries.interface import Errand
from email_registry.errors import DeliveryFailed, Held, contained
from email_registry.lists.freezes import hold_known
from email_registry.settings import connection, policy, utc_now

MADE = ("recipients-*", "removals-*", "manifest-*")


def folder(name: str) -> Path:
    """Where a target's sheets are put; its subfolder `in` is for exports of the list."""
    files = policy().files
    assert files is not None  # noqa: S101  the policy holds a target that is kept by sheets to it
    return Path(connection(files.connection).require("folder")) / name


def in_force(database: Database, name: str) -> Mapping[str, Any] | None:
    """The delivery that a person is to import, or has imported; None where the last export showed the list level."""
    return database.row("deliveries/delivery_in_force", target=name)


def begin(name: str, errand: Errand) -> int:
    """A delivery in the making. What an unfinished one asked for is asked for again. Returns its id."""
    with transaction("list_sync") as database:
        database.execute("deliveries/ask_anew", plan_id=errand.plan_id)
        row = database.one(
            "deliveries/begin_delivery", plan_id=errand.plan_id, target=name, at=utc_now(), on=errand.on
        )  # fmt: skip
    return int(row["id"])


def finish(name: str, delivery_id: int, files: Mapping[str, Mapping[str, Any]]) -> None:
    """The sheets are there: they take the place of those before them.

    Where nothing is due, a sheet that nobody imported holds what is not due any more: it is withdrawn.
    """
    with locked("list_sync", "target", name) as database:
        if not files:
            database.execute("deliveries/withdraw_delivered", target=name)
            return
        database.execute("deliveries/supersede_deliveries", target=name, delivery_id=delivery_id)
        database.execute("deliveries/finish_delivery", delivery_id=delivery_id, files=json.dumps(files))


def waits_since(name: str, *, before: datetime) -> bool:
    """Whether a sheet of the target was made before that moment and has not been imported."""
    with transaction("list_sync") as database:
        found = in_force(database, name)
    return found is not None and found["state"] == "delivered" and found["made_at"] < before


@contained
def note_imported(name: str, *, by: str, never: bool = False) -> Mapping[str, int]:
    """A person says that the sheets in force were imported; or that they never will be, and they are withdrawn.

    Returns delivery, and the rows of its sheets. Held where there are none, or they were imported before.
    """
    hold_known(name)
    with locked("list_sync", "target", name) as database:
        found = in_force(database, name)
        if found is None or found["state"] != "delivered":
            raise Held(f"target {name}: no sheet waits to be imported; nothing was changed", runbook="sheets")
        at, these = utc_now(), {"delivery_id": found["id"]}
        if never:
            database.execute("deliveries/end_delivery", state="superseded", **these)
        else:
            database.execute("deliveries/import_delivery", at=at, by=by, **these)
            database.execute("deliveries/note_imported", target=name, plan_id=found["plan_id"], at=at)
        counts = {"delivery": found["id"], "rows": sum(file["rows"] for file in found["files"].values())}
        audit.append(database, "withdrawn" if never else "imported", name, counts, run_id=None, at=at, by=by)
    sweep(name)
    audit.anchor()
    return counts


@contained
def withdraw_forgotten(name: str, *, by: str) -> None:
    """Sheets of a target that the policy has no more are withdrawn: nobody is to import them."""
    with locked("list_sync", "target", name) as database:
        counts = {"deliveries": database.execute("deliveries/withdraw_delivered", target=name)}
        audit.append(database, "withdrawn", name, counts, run_id=None, at=utc_now(), by=by)
    if policy().files is not None:
        sweep(name)
    audit.anchor()


@contained
def forget_members(name: str, *, by: str, why: str) -> None:
    """A person says that the list was emptied at Webropol: nobody left, and all of it is due again."""
    hold_known(name)
    with locked("list_sync", "target", name) as database:
        forgotten = database.execute("deliveries/forget_lost", target=name)
        found = in_force(database, name)
        if found is not None:
            database.execute("deliveries/end_delivery", delivery_id=found["id"], state="superseded")
        audit.append(database, "reset", name, {"forgotten": forgotten, "why": why}, run_id=None, at=utc_now(), by=by)
    if policy().targets[name].delivery == "file":
        sweep(name)
    audit.anchor()


def close(database: Database, name: str, *, level: bool) -> date | None:
    """At the end of a sync: since when the list has not been shown to be level; None where it is."""
    found = in_force(database, name)
    if found is None:
        return None
    if level:
        database.execute("deliveries/end_delivery", delivery_id=found["id"], state="confirmed")
        return None
    since: date = found["since"]
    return since


def overdue(name: str, since: date | None, on: date) -> Held | None:
    """The alarm: sheets that nobody has shown to be imported for too long."""
    days = (on - since).days if since else 0
    if days <= policy().sync.unconfirmed_days:
        return None
    return Held(
        f"target {name}: for {days} days no export has shown that its sheets were imported. Import the newest, say so "
        f"(`./registry imported {name}`), and put an export of the list into its folder",
        runbook="sheets",
    )


def sweep(name: str) -> None:
    """Delete every sheet that is not in force any more, and exports that were read."""
    with transaction("list_sync") as database:
        found = in_force(database, name)
        last = database.one("deliveries/last_export", target=name)
    kept = set(found["files"]) | {f"manifest-{found['id']}.json"} if found and found["state"] == "delivered" else set()
    here = folder(name)
    for pattern in (*MADE, ".*.part*"):
        for path in here.glob(pattern):
            if path.name not in kept:
                _delete(path)
    for path in exports(name):
        if last["read"] is not None and taken_at(path) <= last["read"]:
            _delete(path)


def exports(name: str) -> list[Path]:
    """Exports of the list that a person put there, the newest first."""
    found = [path for path in (folder(name) / "in").glob("*") if path.suffix.lower() in (".xlsx", ".csv")]
    return sorted(found, key=taken_at, reverse=True)


def taken_at(path: Path) -> datetime:
    """When an export was written, as its file says; as exact as PostgreSQL keeps it."""
    nanoseconds = file_work(path, lambda: path.stat().st_mtime_ns, DeliveryFailed)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=nanoseconds // 1000)


def _delete(path: Path) -> None:
    file_work(path, lambda: path.unlink(missing_ok=True), DeliveryFailed)
