"""Who is due: absent for longer than the audience's days, or brought by no source for the most days there may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from email_registry.boundaries.database import Database, transaction
from email_registry.errors import contained
from email_registry.settings import policy


@dataclass(frozen=True)
class Due:
    """An audience's expiry in counts: due and off every target, due but still listed somewhere, held by the breaker."""

    audience: str
    due: int
    still_listed: int
    addresses: int
    reason: str | None

    @property
    def summary(self) -> dict[str, int | str | None]:
        """What may cross from task to task."""
        return {"due": self.due, "still_listed": self.still_listed, "reason": self.reason}


@contained
def plan_expiry(audience: str, on: date) -> Due:
    """Count who is due on that date; decide whether so many may go without a person's word."""
    with transaction("retention") as database:
        return due_in(database, audience, on)


def due_in(database: Database, audience: str, on: date) -> Due:
    """The same, inside a transaction that goes on to delete."""
    row = database.one("expire/count_due", **terms(audience, on))
    breaker = policy().expiry.breaker
    due, addresses = int(row["due"]), int(row["addresses"])
    too_many = due > breaker.floor and due > breaker.share * max(addresses, 1)
    reason = f"{due} of {addresses} are due, above {breaker.share:.0%} and {breaker.floor}" if too_many else None
    return Due(audience, due, int(row["still_listed"]), addresses, reason)


def terms(audience: str, on: date) -> Mapping[str, Any]:
    """The dates by which SQL knows who is due: older than, never in a window."""
    retention = policy().audiences[audience].retention
    return {
        "audience": audience,
        "absent_before": on - timedelta(days=retention.absent_days),
        "unseen_before": on - timedelta(days=retention.unseen_days),
    }
