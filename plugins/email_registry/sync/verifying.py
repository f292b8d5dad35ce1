"""The read-back: a target is done when a fresh read of the whole list shows no difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from email_registry import audit, runs
from email_registry.boundaries.database import Database, comparing
from email_registry.errors import DeliveryFailed, Held, contained
from email_registry.settings import policy, utc_now
from email_registry.sync.applying import StoredPlan, find_plan
from email_registry.sync.reading import (
    clear,
    cleared_on_failure,
    delivery_of,
    desired_terms,
    hold_to_read,
    observe,
    read_list,
)


@contained
def read_back(plan_id: int, done: Mapping[str, int], *, owner: str) -> Mapping[str, int]:
    """Read the list again, write down what is seen, close the plan's run.

    Returns added, removed, members, verified (1 where nothing differs), held (acts waiting for a person).
    DeliveryFailed where the list is not as asked: the next sync plans from a fresh read.
    """
    plan = find_plan(plan_id)
    with (
        runs.running("list_sync", "sync", plan.target, plan.business_date, owner=owner) as run_id,
        cleared_on_failure(run_id),
    ):
        return verify(plan, plan.released, done, run_id, waiting=bool(plan.held))


def verify(
    plan: StoredPlan, acts: Sequence[str], done: Mapping[str, int], run_id: int, *, waiting: bool
) -> Mapping[str, int]:
    """Read, compare with what `acts` were to bring, and close `run_id`, under whose lease they were done."""
    target = policy().targets[plan.target]
    # Nothing was asked: the read that the plan was made from is the fresh one.
    reading = 2 if any(done.values()) else 1
    if reading == 2:
        members = read_list(run_id, 2, delivery_of(plan.target, target), target.audiences)
    with comparing("list_sync", "target", plan.target) as database:
        if reading == 2:
            hold_to_read(database, run_id, 2, members)
            observe(database, run_id, 2, plan.target)
        difference = database.one("sync/difference", run_id=run_id, plan_id=plan.id, reading=reading, acts=list(acts))
        differs = sum(difference.values())
        if not differs:
            terms = desired_terms(target, plan.business_date)
            listed = database.one("sync/count_desired", run_id=run_id, reading=reading, **terms)["there"]
            counts = {**plan.counts, **done, "listed": int(listed), "verified": int(not waiting)}
            audit.append(database, "sync", plan.target, counts, run_id=run_id, at=utc_now())
            if not waiting:
                database.execute("sync/close_plan", plan_id=plan.id)
            _close(database, plan, run_id, counts, waiting=waiting)
    clear(run_id)
    if differs:
        raise DeliveryFailed(
            f"target {plan.target}: {difference['not_there']} added are not there, {difference['still_there']} removed "
            f"are still there, {difference['not_asked']} were not asked; the next sync starts from a fresh read",
            runbook="webropol",
        )
    audit.anchor()
    return counts


def _close(database: Database, plan: StoredPlan, run_id: int, counts: Mapping[str, int], *, waiting: bool) -> None:
    if waiting:
        held = Held(f"plan {plan.id} of {plan.target} waits for an approval: {plan.reason}", runbook="approval")
        runs.end(database, run_id, "held", {**counts, "plan": plan.id}, error=held)
    else:
        runs.end(database, run_id, counts=counts)
