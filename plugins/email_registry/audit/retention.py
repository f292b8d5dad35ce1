"""Deletes old years of the audit as the policy says. The chain goes on from the hash of the last deleted event."""

from __future__ import annotations

import json
from datetime import date, datetime

from email_registry.audit.events import actor
from email_registry.audit.heads import heads
from email_registry.audit.verification import verify_chain
from email_registry.boundaries.database import Database, transaction
from email_registry.boundaries.files import append_line
from email_registry.errors import contained
from email_registry.settings import environment, policy, utc_now
from email_registry.settings.clock import HELSINKI


@contained
def close_years(on: date) -> int:
    """Delete the events of calendar years older than the policy's, counted from the last whole one. Returns how many.

    Held, and nothing is deleted, where the chain is broken: the evidence of who did it must stay.
    """
    year = on.year - policy().retention.audit_years - 1
    before = datetime(year + 1, 1, 1, tzinfo=HELSINKI)
    with transaction("retention") as database:
        if not database.one("audit/older", before=before)["older"]:
            return 0
        problem = verify_chain(database, heads()).problem
        if problem is not None:
            raise problem
        row = database.row(
            "audit/close_years", before=before, year=year, at=utc_now(), actor=actor(), policy_digest=policy().digest
        )
        if row is None:
            return 0
        _anchor_closing(database, int(row["up_to"]), bytes(row["hash"]).hex())
    return int(row["events"])


def _anchor_closing(database: Database, up_to: int, closed: str) -> None:
    """Write the closing before the database commits. After a kill in between, the next run deletes the same years."""
    line = json.dumps({"closed": up_to, "hash": closed, "at": utc_now().isoformat()})
    database.before_commit(lambda: append_line(environment().audit_heads, line))
