"""The chain's head, written outside the database: by it a database that was put back to an earlier day is known."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from email_registry.boundaries.database import Database, transaction
from email_registry.boundaries.files import append_line, file_work
from email_registry.errors import Held
from email_registry.settings import environment, utc_now

TAIL = 1 << 16  # bytes: some hundred lines


class Anchor(NamedTuple):
    """A line of `audit/heads.jsonl`: the number of an event, and its hash."""

    event: int
    hash: str


def anchor(restored: Mapping[str, Any] | None = None) -> None:
    """Write the chain's head outside the database, so that a rewritten chain is found up to here.

    Held where the database is behind the last head that was written. `restored`: what a replay after a restore was of;
    with it, and nothing else, the heads go on from an earlier one.
    """
    with transaction("report") as database:
        if restored is None:
            _hold(database)
        head = database.row("audit/head")
    if head is not None:
        line = {"event": head["id"], "hash": bytes(head["hash"]).hex(), "at": utc_now().isoformat()}
        append_line(environment().audit_heads, json.dumps(line | ({"restored": restored} if restored else {})))


def anchored() -> Anchor | None:
    """The last head that was written; None where none was."""
    return next(iter(_backwards(_tail(environment().audit_heads, TAIL))), None)


def anchored_up_to(event: int) -> int:
    """The newest event that was anchored at or before this one, in the heads' own order; 0 where none was."""
    everything = _tail(environment().audit_heads, None)
    return next((found.event for found in _backwards(everything) if found.event <= event), 0)


def hold_to_anchor() -> None:
    """Held where the database does not have the event that was anchored last: it is older than this machine knows."""
    with transaction("report") as database:
        _hold(database)


def _hold(database: Database) -> None:
    last = anchored()
    if last is None:
        return
    row = database.row("audit/anchored", id=last.event)
    if row is not None and bytes(row["hash"]).hex() == last.hash:
        return
    head = database.row("audit/head")
    ends = f"ends with event {head['id']}" if head and head["id"] < last.event else "has another one in its place"
    raise Held(
        f"the database is not the one of yesterday: event {last.event} of the audit was anchored, and it {ends}. Was a "
        "backup restored? Nothing is done until `./registry restored` has replayed what it does not know",
        runbook="restore",
    )


def _tail(path: Path, most: int | None) -> bytes:
    def work() -> bytes:
        with path.open("rb") as file:
            if most is not None and path.stat().st_size > most:
                file.seek(-most, os.SEEK_END)
            return file.read()

    return file_work(path, work) if path.exists() else b""


def _backwards(content: bytes) -> list[Anchor]:
    """Every whole line from the last on; a line that was torn by a crash was not written."""
    found = []
    for line in reversed(content.split(b"\n")[:-1]):
        try:
            read = json.loads(line)
            found.append(Anchor(int(read["event"]), str(read["hash"])))
        except (ValueError, KeyError, TypeError):
            continue
    return found
