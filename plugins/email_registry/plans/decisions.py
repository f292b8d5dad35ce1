"""A person's decision about exactly one plan that waits for it."""

from __future__ import annotations

from email_registry import audit
from email_registry.boundaries.database import transaction
from email_registry.errors import ConfigurationError, Held, contained
from email_registry.plans.states import Decision, PlanState, ResetAnswer
from email_registry.plans.stored import find_plan
from email_registry.settings import utc_now


@contained
def decide(plan_id: int, decision: Decision, *, by: str, why: str, reset_answer: ResetAnswer | None = None) -> None:
    """Store a person's decision. Held when the plan waits for none: it is superseded, done or decided otherwise.

    If the list lost its members, an approval needs `reset_answer`: ConfigurationError without it. Deciding the same
    again while the plan is open changes nothing, so that what could not be done then can be done now.
    """
    plan = find_plan(plan_id)
    if decision == Decision.APPROVED and plan.reset and reset_answer is None:
        raise ConfigurationError(
            f"plan {plan_id}: the list lost its members; say which it was: republish (fill it again), or left (all of "
            "them asked to go)",
            runbook="approval",
        )
    answer = reset_answer if plan.reset and decision == Decision.APPROVED else None
    with transaction("list_sync") as database:
        decided = database.execute(
            "plans/decide_plan", plan_id=plan_id, decision=decision, by=by, at=utc_now(), why=why, reset_answer=answer
        )
        if decided:
            counts: dict[str, int | str] = {"plan": plan_id, "why": why}
            counts |= {"reset_answer": answer} if answer else {}
            audit.append(database, decision, plan.audit_subject, counts, run_id=plan.run_id, at=utc_now(), by=by)
    if not decided and (plan.state, plan.decision, plan.reset_answer) != (PlanState.OPEN, decision, answer):
        raise Held(f"plan {plan_id} of {plan.subject} waits for no decision: it is {plan.state}", runbook="approval")
    audit.anchor()
