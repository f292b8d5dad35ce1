"""Rewriting the bytes: DELETE and VACUUM leave addresses in the heap, in indexes and in what lists were read into."""

from __future__ import annotations

from datetime import date, timedelta

from email_registry import runs
from email_registry.boundaries.database import outside_transaction, transaction
from email_registry.errors import DatabaseFailed
from email_registry.settings import policy, utc_now


def rewrite_where_due(on: date, audience: str) -> None:
    """Rewrite where deletions are owed it, once in the policy's interval. Killed, the next run owes it.

    `audience`: whose deletions are all done. Another's, while they go on, are left to their own run.
    """
    with transaction("retention") as database:
        rows = database.rows("expire/find_pending", audiences=list(policy().audiences))
        last = database.one("expire/find_last_rewrite", on=on)["rewritten_on"]
    done = [row for row in rows if row["state"] != "open" or row["subject"] == audience]
    owed, days = [row["id"] for row in done if not row["counts"].get("rewritten_at")], policy().expiry.rewrite_days
    if not owed or (days > 1 and last is not None and on < last + timedelta(days=days)):
        return
    rewrite()
    with transaction("retention") as database:
        for run_id in owed:
            runs.note(database, run_id, {"rewritten_at": utc_now().isoformat(), "rewritten_on": on.isoformat()})


def rewrite() -> None:
    """All tables that hold addresses, and their indexes. DatabaseFailed where nothing was rewritten."""
    before = _file()
    outside_transaction("retention", "expire/rewrite")
    if _file() == before:
        raise DatabaseFailed(
            "the table of addresses was not rewritten: the role retention may not (MAINTAIN); run "
            "`./registry database upgrade`"
        )


def _file() -> int:
    with transaction("retention") as database:
        return int(database.one("expire/find_file")["file"])
