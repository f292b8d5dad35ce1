"""Writes an event in the transaction of the act that it tells: without the event there is no act."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Mapping
from datetime import datetime

from email_registry.boundaries.database import Database, Role, transaction
from email_registry.settings import policy, utc_now


def actor() -> str:
    """Name who acts: the signed-in user that a page or a form gave, else the account that the process runs under.

    An account may be spelled `user@domain`, and the audit refuses an `@`, so it is written as ` at `.
    """
    return (os.environ.get("REGISTRY_ACTOR") or getpass.getuser()).replace("@", " at ")


def append(
    database: Database,
    action: str,
    subject: str,
    counts: Mapping[str, int | str],
    *,
    run_id: int | None,
    at: datetime,
    by: str | None = None,
) -> None:
    """Append an event in the caller's transaction: counts, ids and a reason in words. The database refuses an `@`.

    `by` is the person who decided, where it is not the account that this process runs under.
    """
    database.one(
        "audit/append",
        at=at,
        actor=by or actor(),
        action=action,
        subject=subject,
        run_id=run_id,
        counts=json.dumps(dict(counts), sort_keys=True),
        policy_digest=policy().digest,
    )


def begin(role: Role, action: str, subject: str, *, run_id: int, by: str | None = None) -> None:
    """Write one event by itself before an act of many transactions. Where it cannot be written, nothing is done."""
    with transaction(role) as database:
        append(database, f"{action} begins", subject, {}, run_id=run_id, at=utc_now(), by=by)
