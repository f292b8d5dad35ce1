"""The anchor: the head of the chain, written outside the database. It reveals a database that was put back."""

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

TAIL_BYTES = 1 << 16  # some hundred lines


class Anchor(NamedTuple):
    """A line of `audit/heads.jsonl`: the number of an event, and its hash."""

    event: int
    hash: str


def anchor(restored: Mapping[str, Any] | None = None) -> None:
    """Write the head of the chain outside the database, so that a rewritten chain is found up to this event.

    Held where the database is behind the last head that was written. Only with `restored`, which describes a replay
    after a restore, may the heads go on from an earlier one.
    """
    with transaction("report") as database:
        if restored is None:
            _require_anchor(database)
        head = database.row("audit/head")
    if head is not None:
        line = {"event": head["id"], "hash": bytes(head["hash"]).hex(), "at": utc_now().isoformat()}
        append_line(environment().audit_heads, json.dumps(line | ({"restored": restored} if restored else {})))
        mail_head(head["id"], str(line["hash"]))


def anchored() -> Anchor | None:
    """Return the last head that was written, or None where none was."""
    return next(iter(_newest_first(_read_end(environment().audit_heads, TAIL_BYTES))), None)


def head() -> Mapping[str, Any] | None:
    """Return `{id, hash, at}` of the database's newest event, or None where it has none."""
    with transaction("report") as database:
        return database.row("audit/head")


def require_anchor() -> None:
    """Held where the database lacks the event that was anchored last, because it was put back to an earlier day."""
    with transaction("report") as database:
        _require_anchor(database)


def is_behind() -> bool:
    """Whether the database lacks the event that was anchored last. False where no head was ever written."""
    with transaction("report") as database:
        return _problem(database) is not None


def last_in_common() -> int | None:
    """Return the newest anchored event that the database has, or None where no head was ever written."""
    heads = _newest_first(_read_end(environment().audit_heads, None))
    with transaction("report") as database:
        rows = database.rows("audit/hashes", events=sorted({head.event for head in heads}))
    in_database = {(row["id"], bytes(row["hash"]).hex()) for row in rows}
    newest = next((head.event for head in heads if (head.event, head.hash) in in_database), None)
    if newest is None and heads:
        raise Held(
            "no event of this database was ever anchored here: is it this registry's? Nothing was done",
            runbook="restore",
        )
    return newest


def _require_anchor(database: Database) -> None:
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
    state = f"the database ends with event {ends}" if ends < last.event else "the database has another one in its place"
    return f"event {last.event} of the audit was anchored, and {state}"


def _read_end(path: Path, byte_limit: int | None) -> bytes:
    def work() -> bytes:
        with path.open("rb") as file:
            if byte_limit is not None and path.stat().st_size > byte_limit:
                file.seek(-byte_limit, os.SEEK_END)
            return file.read()

    return file_work(path, work) if path.exists() else b""


def _newest_first(content: bytes) -> list[Anchor]:
    """Return the anchors of every whole line, the last one first. A line that a crash tore counts as not written."""
    anchors = []
    for text in reversed(content.split(b"\n")[:-1]):
        try:
            line = json.loads(text)
            anchors.append(Anchor(int(line["event"]), str(line["hash"])))
        except (ValueError, KeyError, TypeError):
            continue
    return anchors
