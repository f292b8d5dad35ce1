"""Opening, resuming, taking over and closing runs."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from email_registry import audit
from email_registry.boundaries.database import Database, Role, transaction
from email_registry.errors import Held, LeaseTaken, RegistryError, unexpected
from email_registry.settings import business_date, policy, utc_now

Kind = Literal[
    "night", "extract", "check", "load", "leavers", "sync", "adopt", "pilot", "close", "expire", "clear", "restore"
]
State = Literal["open", "done", "held", "failed", "abandoned"]

# A worker beats at least this often between two pages or batches; longer silence means it is gone. So does a beat yet
# to come: the clock was ahead, and is not.
STALE = timedelta(minutes=15)


@dataclass(frozen=True)
class Run:
    """One row of operations.run."""

    id: int
    kind: str
    subject: str
    state: str
    started_at: datetime
    ended_at: datetime | None = None
    business_date: date | None = None
    counts: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    runbook: str | None = None
    parent_id: int | None = None

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else 0.0


def this_process() -> str:
    """The owner's name of a command: it shows at once when the command has died."""
    return f"process:{socket.gethostname()}:{os.getpid()}"


def begin(
    role: Role,
    kind: Kind,
    subject: str,
    on: date,
    *,
    owner: str,
    parent_id: int | None = None,
    started_at: datetime | None = None,
) -> int:
    """Open a run, or resume the open one of the same owner (a retried task). Returns its id.

    LeaseTaken when another owner's run is open and its heart beats; a silent one is abandoned and replaced. Held where
    the database was restored and not told yet what it does not know. `started_at` is for work whose row is written only
    when it is done.
    """
    if kind != "restore":
        audit.hold_to_anchor()
    now = utc_now()
    with transaction(role) as database:
        _hold_not_closed(database, kind)
        for _ in range(2):
            opened = database.row(
                "runs/begin", kind=kind, subject=subject, parent_id=parent_id, owner=owner,
                business_date=on, started_at=started_at or now, at=now, policy_digest=policy().digest,
            )  # fmt: skip
            if opened is not None:
                database.execute("runs/beat", id=opened["id"], at=now)  # its night's too
                return int(opened["id"])
            other = database.row("runs/open_one", kind=kind, subject=subject)
            if other is None:
                continue  # it ended between the two statements
            if other["owner"] == owner and other["business_date"] == on:
                return int(other["id"])
            if abs(now - other["heartbeat_at"]) < STALE and not _dead_here(str(other["owner"])):
                break
            database.execute("runs/abandon", id=other["id"], at=now)
    raise LeaseTaken(
        f"{kind} of {subject} is running already; wait for it to end, or {int(STALE.total_seconds() // 60)} minutes "
        "after its worker died"
    )


def _hold_not_closed(database: Database, kind: Kind) -> None:
    closed = database.one("runs/closed")["business_date"]
    if closed is not None and kind != "close":
        raise Held(f"the registry was closed on {closed}: nothing is run any more", runbook="closed")


def _dead_here(owner: str) -> bool:
    """Whether the owner was a command on this machine whose process is gone."""
    kind, _, rest = owner.partition(":")
    host, _, pid = rest.rpartition(":")
    return kind == "process" and host == socket.gethostname() and not Path(f"/proc/{pid}").exists()


def heartbeat(role: Role, run_id: int) -> None:
    """Say that the run's worker lives, and with it its night."""
    with transaction(role) as database:
        database.execute("runs/beat", id=run_id, at=utc_now())


def end(
    database: Database,
    run_id: int,
    state: State = "done",
    counts: Mapping[str, Any] | None = None,
    *,
    error: RegistryError | None = None,
) -> None:
    """Close a run in the caller's transaction. A run that is closed already stays as it was."""
    database.execute(
        "runs/end", id=run_id, state=state, at=utc_now(), counts=json.dumps(counts or {}),
        reason=error.message if error else None, runbook=error.runbook if error else None,
    )  # fmt: skip


def note(database: Database, run_id: int, counts: Mapping[str, Any]) -> None:
    """Write counts into a run's row in the caller's transaction, whatever comes of the run."""
    database.execute("runs/note", id=run_id, counts=json.dumps(counts))


@contextmanager
def running(
    role: Role, kind: Kind, subject: str, on: date, *, owner: str, parent_id: int | None = None
) -> Iterator[int]:
    """A run around a block: what the block raises closes it as held or failed. The block closes it as done."""
    run_id = begin(role, kind, subject, on, owner=owner, parent_id=parent_id)
    try:
        yield run_id
    except Exception as error:
        known = error if isinstance(error, RegistryError) else unexpected(error)
        try:
            with transaction(role) as database:
                end(database, run_id, "held" if isinstance(error, Held) else "failed", error=known)
        except RegistryError:
            pass  # the database is what failed: the lease goes stale, and the first error is the one to tell
        raise


def abandon_children(database: Database, parent_id: int) -> None:
    """Close what was left open under a night that ends: its workers are gone."""
    database.execute("runs/abandon_children", id=parent_id, at=utc_now())


def void_checks(database: Database, night_id: int, subjects: Sequence[str]) -> None:
    """Take back the verdicts on what is about to be replaced: load asks for newer ones."""
    database.execute("runs/void_checks", night_id=night_id, subjects=list(subjects))


def hold_to_newest(database: Database, kind: Kind, subject: str, on: date) -> None:
    """Held where a later date was done already: an older one would bring back who has gone since."""
    done = database.one("runs/later", kind=kind, subject=subject, on=on, today=business_date(None))["done"]
    if done is not None:
        raise Held(
            f"{kind} of {subject} for {on} comes after that of {done}; nothing was changed. Start a new run for today "
            "instead of an old one again",
            runbook="night-stopped",
        )


def find(role: Role, run_id: int) -> Run:
    """The run of that id."""
    with transaction(role) as database:
        return Run(**database.one("runs/find", id=run_id))


def children(role: Role, run_id: int) -> list[Run]:
    """The newest run of each kind and subject under a night."""
    with transaction(role) as database:
        return [Run(**row) for row in database.rows("runs/children", id=run_id)]


def counts(database: Database, run_id: int) -> Mapping[str, Any]:
    """What a run's row has noted so far, in the caller's transaction."""
    found: Mapping[str, Any] = database.one("runs/find", id=run_id)["counts"]
    return found
