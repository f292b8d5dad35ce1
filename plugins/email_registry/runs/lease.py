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
from typing import Any

from email_registry import audit
from email_registry.boundaries.database import Database, Role, transaction
from email_registry.errors import Held, LeaseTaken, RegistryError, unexpected
from email_registry.runs.states import RunKind, RunState
from email_registry.settings import business_date, policy, utc_now

# A worker beats at least this often between two pages or batches, so a longer silence means that it has died. A beat in
# the future means the same: it was written when the clock was ahead.
STALE = timedelta(minutes=15)


@dataclass(frozen=True)
class Run:
    """One row of operations.run."""

    id: int
    kind: RunKind
    subject: str
    state: RunState
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
    """Name the owner of a command's runs. The name tells at once when the command has died."""
    return f"process:{socket.gethostname()}:{os.getpid()}"


def begin(
    role: Role,
    kind: RunKind,
    subject: str,
    on: date,
    *,
    owner: str,
    parent_id: int | None = None,
    started_at: datetime | None = None,
) -> int:
    """Open a run, or resume the open one of the same owner (a retried task). Returns its id.

    LeaseTaken where another owner's run is open and its heart beats. A silent run is abandoned and replaced. Held where
    a restored database was not told yet what it does not know, and where the registry was closed. `started_at` is for
    work whose row is written only when it is done.
    """
    if kind != RunKind.RESTORE:
        audit.require_anchor()
    now = utc_now()
    with transaction(role) as database:
        _require_not_closed(database, kind)
        for _ in range(2):
            opened = database.row(
                "runs/begin", kind=kind, subject=subject, parent_id=parent_id, owner=owner,
                business_date=on, started_at=started_at or now, at=now, policy_digest=policy().digest,
            )  # fmt: skip
            if opened is not None:
                database.execute("runs/beat", id=opened["id"], at=now)  # the statement beats for its night too
                return int(opened["id"])
            other = database.row("runs/open_one", kind=kind, subject=subject)
            if other is None:
                continue  # it ended between the two statements
            if other["owner"] == owner and other["business_date"] == on:
                return int(other["id"])
            if abs(now - other["heartbeat_at"]) < STALE and not _is_dead_process(str(other["owner"])):
                break
            database.execute("runs/abandon", id=other["id"], at=now)
    raise LeaseTaken(
        f"{kind} of {subject} is running already; wait for it to end, or {int(STALE.total_seconds() // 60)} minutes "
        "after its worker died"
    )


def _require_not_closed(database: Database, kind: RunKind) -> None:
    closed_on = database.one("runs/closed")["business_date"]
    if closed_on is not None and kind != RunKind.CLOSE:
        raise Held(f"the registry was closed on {closed_on}: nothing is run any more", runbook="closed")


def _is_dead_process(owner: str) -> bool:
    """Whether the owner was a command on this machine whose process has ended."""
    kind, _, process = owner.partition(":")
    host, _, pid = process.rpartition(":")
    return kind == "process" and host == socket.gethostname() and not Path(f"/proc/{pid}").exists()


def heartbeat(role: Role, run_id: int) -> None:
    """Write that the worker of the run lives, and with it that of its night."""
    with transaction(role) as database:
        database.execute("runs/beat", id=run_id, at=utc_now())


def end(
    database: Database,
    run_id: int,
    state: RunState = RunState.DONE,
    counts: Mapping[str, Any] | None = None,
    *,
    error: RegistryError | None = None,
) -> None:
    """Close a run in the caller's transaction. A run that is closed already does not change."""
    database.execute(
        "runs/end", id=run_id, state=state, at=utc_now(), counts=json.dumps(counts or {}),
        reason=error.message if error else None, runbook=error.runbook if error else None,
    )  # fmt: skip


def note(database: Database, run_id: int, counts: Mapping[str, Any]) -> None:
    """Write counts into a run's row in the caller's transaction, however the run ends."""
    database.execute("runs/note", id=run_id, counts=json.dumps(counts))


@contextmanager
def running(
    role: Role, kind: RunKind, subject: str, on: date, *, owner: str, parent_id: int | None = None
) -> Iterator[int]:
    """Enclose a block in a run. An error of the block closes the run as held or failed; the block closes it as done."""
    run_id = begin(role, kind, subject, on, owner=owner, parent_id=parent_id)
    try:
        yield run_id
    except Exception as error:
        known = error if isinstance(error, RegistryError) else unexpected(error)
        try:
            with transaction(role) as database:
                end(database, run_id, RunState.HELD if isinstance(error, Held) else RunState.FAILED, error=known)
        except RegistryError:
            pass  # the database itself failed: the lease goes stale, and the caller should see the first error
        raise


def abandon_children(database: Database, parent_id: int) -> None:
    """Abandon the runs that are still open under a night that ends: their workers have died."""
    database.execute("runs/abandon_children", id=parent_id, at=utc_now())


def void_checks(database: Database, night_id: int, subjects: Sequence[str]) -> None:
    """Take back the verdicts on rows that are about to be replaced, so that load asks for newer ones."""
    database.execute("runs/void_checks", night_id=night_id, subjects=list(subjects))


def require_newest(database: Database, kind: RunKind, subject: str, on: date) -> None:
    """Held where a later date was done already: an older one would bring back addresses that have left since."""
    later = database.one("runs/later", kind=kind, subject=subject, on=on, today=business_date(None))["done"]
    if later is not None:
        raise Held(
            f"{kind} of {subject} for {on} comes after that of {later}; nothing was changed. Start a new run for today "
            "instead of an old one again",
            runbook="night-stopped",
        )


def find(role: Role, run_id: int) -> Run:
    """Return the run of that id."""
    with transaction(role) as database:
        return _run(database.one("runs/find", id=run_id))


def children(role: Role, run_id: int) -> list[Run]:
    """Return the newest run of each kind and subject under a night."""
    with transaction(role) as database:
        return [_run(row) for row in database.rows("runs/children", id=run_id)]


def counts(database: Database, run_id: int) -> Mapping[str, Any]:
    """Return the counts that a run's row has so far, in the caller's transaction."""
    noted: Mapping[str, Any] = database.one("runs/find", id=run_id)["counts"]
    return noted


def _run(row: Mapping[str, Any]) -> Run:
    return Run(**{**row, "kind": RunKind(row["kind"]), "state": RunState(row["state"])})
