"""Rewrite the tables, because DELETE and VACUUM leave the bytes of addresses in heaps, indexes and staging."""

from __future__ import annotations

from datetime import date, timedelta

from email_registry import runs
from email_registry.boundaries.database import outside_transaction, transaction
from email_registry.errors import DatabaseFailed
from email_registry.runs import RunState
from email_registry.settings import policy, utc_now


def rewrite_where_due(on: date, audience: str) -> None:
    """Rewrite the tables if deletions are pending and the policy's interval is over. After a kill the next run does it.

    `audience`: the audience whose deletions are all done. Another run that still deletes rewrites for itself.
    """
    with transaction("retention") as database:
        rows = database.rows("expire/find_pending", audiences=list(policy().audiences))
        last = database.one("expire/find_last_rewrite", on=on)["rewritten_on"]
    done = [row for row in rows if row["state"] != RunState.OPEN or row["subject"] == audience]
    pending = [row["id"] for row in done if not row["counts"].get("rewritten_at")]
    days = policy().expiry.rewrite_days
    if not pending or (days > 1 and last is not None and on < last + timedelta(days=days)):
        return
    rewrite()
    with transaction("retention") as database:
        for run_id in pending:
            runs.note(database, run_id, {"rewritten_at": utc_now().isoformat(), "rewritten_on": on.isoformat()})


def rewrite() -> None:
    """Rewrite every table with addresses and its indexes. DatabaseFailed if nothing was rewritten."""
    before = _file_number()
    outside_transaction("retention", "expire/rewrite")
    if _file_number() == before:
        raise DatabaseFailed(
            "the table of addresses was not rewritten: the role retention may not (MAINTAIN); run "
            "`./registry database upgrade`"
        )


def _file_number() -> int:
    with transaction("retention") as database:
        return int(database.one("expire/find_file")["file"])
