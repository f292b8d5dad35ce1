"""A plan as the database keeps it: what was counted, what may be done at once, what waits, and who decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from email_registry.boundaries.database import transaction
from email_registry.errors import Held


@dataclass(frozen=True)
class StoredPlan:
    """A row of operations.plan."""

    id: int
    run_id: int
    target: str
    state: str
    made_at: datetime
    counts: Mapping[str, Any]
    released: Sequence[str]
    held: Sequence[str]
    reason: str | None
    digest: str
    decision: str | None
    from_read: bool
    reset: bool
    choice: str | None
    business_date: date


def find_plan(plan_id: int) -> StoredPlan:
    """The plan of that id; Held where there is none."""
    with transaction("list_sync") as database:
        row = database.row("plans/find_plan", plan_id=plan_id)
    if row is None:
        raise Held(f"plan {plan_id} is not there", runbook="approval")
    return StoredPlan(**row)


def open_plans() -> list[StoredPlan]:
    """The plans that are open, the newest first."""
    with transaction("list_sync") as database:
        return [StoredPlan(**row) for row in database.rows("plans/find_open_plans")]
