"""The chain's head, written outside the database: by it a database that was put back to an earlier day is known."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from email_registry.audit.head_mail import mail_head
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
        mail_head(head["id"], str(line["hash"]))


def anchored() -> Anchor | None:
    """The last head that was written; None where none was."""
    return next(iter(_backwards(_tail(environment().audit_heads, TAIL))), None)


def head() -> Mapping[str, Any] | None:
    """`{id, hash, at}` of the database's newest event; None where it has none."""
    with transaction("report") as database:
        return database.row("audit/head")


def hold_to_anchor() -> None:
    """Held where the database does not have the event that was anchored last: it is older than this machine knows."""
    with transaction("report") as database:
        _hold(database)


def is_behind() -> bool:
    """The same as an answer. False as well where no head was ever written: nothing can tell."""
    with transaction("report") as database:
        return _problem(database) is not None


def last_in_common() -> int | None:
    """The event that was anchored last of those that the database has; None where no head was ever written."""
    heads = _backwards(_tail(environment().audit_heads, None))
    with transaction("report") as database:
        rows = database.rows("audit/hashes", events=sorted({each.event for each in heads}))
    there = {(row["id"], bytes(row["hash"]).hex()) for row in rows}
    found = next((each.event for each in heads if (each.event, each.hash) in there), None)
    if found is None and heads:
        raise Held(
            "no event of this database was ever anchored here: is it this registry's? Nothing was done",
            runbook="restore",
        )
    return found


def _hold(database: Database) -> None:
    problem = _problem(database)
    if problem is not None:
        raise Held(
            f"{problem}. Was a backup restored? Nothing is done until `./registry database restored` has replayed what "
            "the "
            "database does not know",
            runbook="restore",
        )


def _problem(database: Database) -> str | None:
    last = anchored()
    if last is None:
        return None
    row = database.row("audit/anchored", id=last.event)
    if row is not None and bytes(row["hash"]).hex() == last.hash:
        return None
    newest = database.row("audit/head")
    ends = newest["id"] if newest else 0
    other = f"the database ends with event {ends}" if ends < last.event else "the database has another one in its place"
    return f"event {last.event} of the audit was anchored, and {other}"


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
