"""What waits for a person: deciding about exactly one plan, and doing then what was approved of it."""

from __future__ import annotations

from collections.abc import Mapping

from email_registry import audit, runs
from email_registry.boundaries.database import comparing, locked
from email_registry.deliveries import capabilities_of
from email_registry.errors import Held, contained
from email_registry.plans.stored import StoredPlan, find_plan
from email_registry.settings import policy, utc_now
from email_registry.sync.applying import execute_plan
from email_registry.sync.planning import suppress_who_left
from email_registry.sync.quiesce import settle
from email_registry.sync.reading import clear, cleared_on_failure, note_suppressed
from email_registry.sync.verification import close, verify


@contained
def apply_approved(plan_id: int, *, owner: str) -> Mapping[str, int]:
    """Do what was approved of the plan and is still to be done, under a lease of its own, and read back."""
    plan = find_plan(plan_id)
    if plan.decision != "approved":
        raise Held(f"plan {plan_id} of {plan.target} is not approved; nothing was done", runbook="approval")
    with (
        runs.running("list_sync", "sync", plan.target, plan.business_date, owner=owner) as run_id,
        cleared_on_failure(run_id),
    ):
        settle(run_id, plan.target)
        clear(run_id)
        if plan.choice == "left":
            return _all_left(plan, run_id)
        note_suppressed(run_id, policy().targets[plan.target].audiences)
        with locked("list_sync", "target", plan.target) as database:
            database.execute("sync/forget", plan_id=plan_id, target=plan.target, action="lost")
        # The approved sheets take the place of those that nobody imported yet, so they have to hold all of the plan.
        by_sheets = capabilities_of(policy().targets[plan.target]).needs_person
        acts = [*plan.released, *plan.held] if by_sheets else plan.held
        done = execute_plan(plan, acts, run_id)
        return verify(plan, acts, {**done, "approved": 1}, run_id, waiting=False)


def _all_left(plan: StoredPlan, run_id: int) -> Mapping[str, int]:
    """Everybody that the list lost asked to go: suppressed, and the next sync goes on from there."""
    with comparing("list_sync", "target", plan.target) as database:
        left = [row["email"] for row in database.rows("sync/left_in_reset", plan_id=plan.id)]
        suppress_who_left(database, left, plan.target, plan.business_date)
        for action in ("gone", "lost"):
            database.execute("sync/forget", plan_id=plan.id, target=plan.target, action=action)
            database.execute("sync/close_items", plan_id=plan.id, action=action, at=utc_now())
        counts = {**plan.counts, "left": len(left), "approved": 1, "verified": 0}
        audit.append(database, "sync", plan.target, counts, run_id=run_id, at=utc_now())
        close(database, plan, run_id, counts, waiting=False)
    clear(run_id)
    audit.anchor()
    return counts
