"""A person's decision about exactly one plan that waits for it."""

from __future__ import annotations

from typing import Literal

from email_registry import audit
from email_registry.boundaries.database import transaction
from email_registry.errors import ConfigurationError, Held, contained
from email_registry.plans.stored import find_plan
from email_registry.settings import utc_now

Choice = Literal["republish", "left"]


@contained
def decide(
    plan_id: int, decision: Literal["approved", "refused"], *, by: str, why: str, choice: Choice | None = None
) -> None:
    """Write down a person's decision. Held where the plan waits for none: superseded, done or decided otherwise.

    Of a list that lost its members the person says which it was: `republish`, or they `left`. Deciding the same
    again, while the plan is open, changes nothing: what could not be done then can be done now.
    """
    plan = find_plan(plan_id)
    if decision == "approved" and plan.reset and choice is None:
        raise ConfigurationError(
            f"plan {plan_id}: the list lost its members; say which it was: republish (fill it again), or left (all of "
            "them asked to go)",
            runbook="approval",
        )
    choice = choice if plan.reset and decision == "approved" else None
    with transaction("list_sync") as database:
        decided = database.execute(
            "plans/decide_plan", plan_id=plan_id, decision=decision, by=by, at=utc_now(), why=why, choice=choice
        )
        if decided:
            counts = {"plan": plan_id, "why": why, **({"choice": choice} if choice else {})}
            audit.append(database, decision, plan.target, counts, run_id=plan.run_id, at=utc_now(), by=by)
    if not decided and (plan.state, plan.decision, plan.choice) != ("open", decision, choice):
        raise Held(f"plan {plan_id} of {plan.target} waits for no decision: it is {plan.state}", runbook="approval")
    audit.anchor()
