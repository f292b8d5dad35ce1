"""Do what a person approved of a plan."""

from __future__ import annotations

from collections.abc import Mapping

from email_registry import audit, runs
from email_registry.boundaries.database import comparing, locked
from email_registry.deliveries import capabilities_of
from email_registry.errors import Held, contained
from email_registry.plans import Action, Decision, ResetAnswer, StoredPlan, find_plan
from email_registry.runs import RunKind
from email_registry.settings import policy, utc_now
from email_registry.sync.applying import execute_plan
from email_registry.sync.planning import suppress_those_who_left
from email_registry.sync.quiesce import wait_until_quiet
from email_registry.sync.reading import clear, cleared_on_failure, note_suppressed
from email_registry.sync.verification import close, verify


@contained
def apply_approved(plan_id: int, *, owner: str) -> Mapping[str, int]:
    """Do what was approved of the plan and is not done yet, under a lease of its own, and read the list back."""
    plan = find_plan(plan_id)
    if plan.decision != Decision.APPROVED:
        raise Held(f"plan {plan_id} of {plan.subject} is not approved; nothing was done", runbook="approval")
    with (
        runs.running("list_sync", RunKind.SYNC, plan.subject, plan.business_date, owner=owner) as run_id,
        cleared_on_failure(run_id),
    ):
        wait_until_quiet(run_id, plan.subject)
        clear(run_id)
        if plan.reset_answer == ResetAnswer.LEFT:
            return _suppress_all_who_left(plan, run_id)
        note_suppressed(run_id, policy().targets[plan.subject].audiences)
        with locked("list_sync", "target", plan.subject) as database:
            database.execute("sync/forget_listings", plan_id=plan_id, target=plan.subject, action=Action.RESET_UNWANTED)
        # The approved sheets replace those that nobody has imported yet, so they must contain the whole plan.
        by_sheets = capabilities_of(policy().targets[plan.subject]).needs_person
        actions = [*plan.released, *plan.waiting] if by_sheets else plan.waiting
        done = execute_plan(plan, actions, run_id)
        return verify(plan, actions, {**done, "approved": 1}, run_id, waiting=False)


def _suppress_all_who_left(plan: StoredPlan, run_id: int) -> Mapping[str, int]:
    """Suppress everybody whom the list lost, because they asked to go. The next sync goes on from there."""
    with comparing("list_sync", "target", plan.subject) as database:
        left = [row["email"] for row in database.rows("sync/find_left_in_reset", plan_id=plan.id)]
        suppress_those_who_left(database, left, plan.subject, plan.business_date)
        for action in (Action.RESET_WANTED, Action.RESET_UNWANTED):
            database.execute("sync/forget_listings", plan_id=plan.id, target=plan.subject, action=action)
            database.execute("sync/close_items", plan_id=plan.id, action=action, at=utc_now())
        counts = {**plan.counts, "left": len(left), "approved": 1, "verified": 0}
        audit.append(database, "sync", plan.subject, counts, run_id=run_id, at=utc_now())
        close(database, plan, run_id, counts, waiting=False)
    clear(run_id)
    audit.anchor()
    return counts
