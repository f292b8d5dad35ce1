"""A plan as the database has it: what was counted, what may be done at once, what waits, and who decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held
from email_registry.plans.states import PlanKind


@dataclass(frozen=True)
class StoredPlan:
    """A row of operations.plan. `subject`: the target of a sync, or the audience of an expiry."""

    id: int
    run_id: int
    kind: str
    subject: str
    state: str
    made_at: datetime
    counts: Mapping[str, Any]
    released: Sequence[str]
    waiting: Sequence[str]
    reason: str | None
    digest: str
    decision: str | None
    from_read: bool
    reset: bool
    reset_answer: str | None
    business_date: date

    @property
    def audit_subject(self) -> str:
        """The subject of this plan's events: the target, or the audience with the word expiry before it."""
        return audit_subject(self.kind, self.subject)


def audit_subject(kind: str, subject: str) -> str:
    """Return the subject of a plan's events: the target of a sync, or the audience of an expiry after that word."""
    return subject if kind == PlanKind.SYNC else f"{kind} {subject}"


def find_plan(plan_id: int) -> StoredPlan:
    """Return the plan of that id. Held when there is none."""
    with transaction("list_sync") as database:
        row = database.row("plans/find_plan", plan_id=plan_id)
    if row is None:
        raise Held(f"plan {plan_id} is not there", runbook="approval")
    return StoredPlan(**row)


def open_plans() -> list[StoredPlan]:
    """Return the open plans, the newest first."""
    with transaction("list_sync") as database:
        return [StoredPlan(**row) for row in database.rows("plans/find_open_plans")]


def supersede(database: Database, kind: PlanKind, subject: str) -> None:
    """End the open plan of that kind and subject, because a newer one takes its place."""
    database.execute("plans/supersede", kind=kind, subject=subject)
