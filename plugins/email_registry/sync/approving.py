"""What waits for a person: deciding about exactly one plan, and doing then what was approved of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from email_registry import audit, runs
from email_registry.boundaries.database import locked, transaction
from email_registry.errors import Held, contained
from email_registry.settings import policy, utc_now
from email_registry.sync.applying import carry_out, find_plan
from email_registry.sync.reading import clear, cleared_on_failure, note_suppressed
from email_registry.sync.verifying import verify


@contained
def decide(plan_id: int, decision: Literal["approved", "refused"], *, by: str, why: str) -> None:
    """Write down a person's decision. Held where the plan waits for none: superseded, done or decided otherwise.

    Deciding the same again, while the plan is open, changes nothing: what could not be done then can be done now.
    """
    plan = find_plan(plan_id)
    with transaction("list_sync") as database:
        decided = database.execute("sync/decide_plan", plan_id=plan_id, decision=decision, by=by, at=utc_now(), why=why)
        if decided:
            audit.append(database, decision, plan.target, {"plan": plan_id}, run_id=plan.run_id, at=utc_now())
    if not decided and not (plan.state == "open" and plan.decision == decision):
        raise Held(f"plan {plan_id} of {plan.target} waits for no decision: it is {plan.state}", runbook="approval")


@contained
def apply_approved(plan_id: int, *, owner: str) -> Mapping[str, int]:
    """Do what was approved of the plan and is still to be done, under a lease of its own, and read back."""
    plan = find_plan(plan_id)
    if plan.decision != "approved":
        raise Held(f"plan {plan_id} of {plan.target} is not approved; nothing was done", runbook="approval")
    audiences = policy().targets[plan.target].audiences
    with (
        runs.running("list_sync", "sync", plan.target, plan.business_date, owner=owner) as run_id,
        cleared_on_failure(run_id),
    ):
        clear(run_id)
        note_suppressed(run_id, audiences)
        with locked("list_sync", "target", plan.target) as database:
            database.execute("sync/forget", plan_id=plan_id, target=plan.target, action="lost")
        done = carry_out(plan, plan.held, run_id)
        return verify(plan, plan.held, {**done, "approved": 1}, run_id, waiting=False)
