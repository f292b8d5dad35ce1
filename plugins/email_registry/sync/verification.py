"""The read-back: a target is done when a fresh read of the whole list shows no difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from email_registry import audit, deliveries, runs
from email_registry.boundaries.database import Database, comparing
from email_registry.errors import DeliveryFailed, Held, RegistryError, contained
from email_registry.lists import find_freeze
from email_registry.plans import StoredPlan, find_plan
from email_registry.settings import policy, utc_now
from email_registry.sync.quiesce import wait_out
from email_registry.sync.reading import (
    clear,
    cleared_on_failure,
    desired_terms,
    hold_to_read,
    observe,
    read_list,
    refused_before,
)

DIFFERENCES = {
    "not_there": "added are not there",
    "twice": "are there twice",
    "still_there": "removed are still there",
    "not_asked": "were not asked",
}


@contained
def read_back(plan_id: int, done: Mapping[str, int], *, owner: str) -> Mapping[str, int]:
    """Read the list again, write down what is seen, close the plan's run.

    Returns added, removed, members, verified (1 where nothing differs), held (acts waiting for a person); by sheets
    `delivered` instead of a read. DeliveryFailed where the list is not as asked: the next sync plans from a fresh read.
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
    delivery = deliveries.delivery_of(plan.target, target)
    if not delivery.capabilities.acts_at_once:
        return _handed_over(plan, done, run_id, waiting=waiting)
    # Nothing was asked: the read that the plan was made from is the fresh one, while the plan's run holds it.
    reading = 2 if any(done.values()) or run_id != plan.run_id else 1
    if reading == 2:
        if done.get("uncertain"):
            wait_out(run_id)
        members = read_list(run_id, 2, delivery, target.audiences)
    with comparing("list_sync", "target", plan.target) as database:
        _hold_to_plan(database, plan, run_id)
        if reading == 2:
            hold_to_read(database, run_id, 2, members)
            observe(database, run_id, 2, plan.target)
            if not done.get("uncertain"):
                database.execute(
                    "sync/refuse_altered", plan_id=plan.id, target=plan.target, run_id=run_id, reading=2,
                    on=plan.business_date,
                )  # fmt: skip
        difference = database.one("sync/difference", run_id=run_id, plan_id=plan.id, reading=reading, acts=list(acts))
        differs = sum(difference.values())
        if not differs:
            counts = _level(database, plan, {**plan.counts, **done}, run_id, reading, waiting=waiting)
    clear(run_id)
    if differs:
        said = ", ".join(f"{difference[key]} {words}" for key, words in DIFFERENCES.items())
        raise DeliveryFailed(
            f"target {plan.target}: {said}; the next sync starts from a fresh read", runbook="webropol"
        )
    audit.anchor()
    return counts


def _hold_to_plan(database: Database, plan: StoredPlan, run_id: int) -> None:
    """A crash since the plan has emptied its staging: whoever was suppressed passed for desired meanwhile."""
    if run_id == plan.run_id:
        hold_to_read(database, run_id, 1, plan.counts["members"])


def _level(
    database: Database, plan: StoredPlan, counts: Mapping[str, int], run_id: int, reading: int, *, waiting: bool
) -> Mapping[str, int]:
    """What was to be done is done: say so, and close."""
    on = plan.business_date
    terms = {**desired_terms(policy().targets[plan.target], on), "refused_before": refused_before(on)}
    found = database.one("sync/count_desired", run_id=run_id, reading=reading, target=plan.target, **terms)
    shut = find_freeze(database, plan.target, on) is not None
    lacks = shut and found["there"] + found["refused"] < found["desired"]
    counts = {**counts, "listed": int(found["there"]), "refused": int(found["refused"]), "frozen": int(shut)}
    counts["verified"] = int(not waiting and not lacks)
    audit.append(database, "sync", plan.target, counts, run_id=run_id, at=utc_now())
    close(database, plan, run_id, counts, waiting=waiting)
    return counts


def _handed_over(plan: StoredPlan, done: Mapping[str, int], run_id: int, *, waiting: bool) -> Mapping[str, int]:
    """Kept by sheets: an export that differs by nothing has verified the list; else a person imports what was made."""
    asked = done["added"] + done["removed"]
    with comparing("list_sync", "target", plan.target) as database:
        _hold_to_plan(database, plan, run_id)
        level = plan.from_read and not asked and not waiting
        if level:
            deliveries.confirm_batch(database, plan.target)
        since = None if level else deliveries.unconfirmed_since(database, plan.target)
        counts = {**plan.counts, **done, "verified": int(level), "delivered": int(since is not None)}
        audit.append(database, "sync", plan.target, counts, run_id=run_id, at=utc_now())
        late = deliveries.check_confirmed(plan.target, since, plan.business_date)
        close(database, plan, run_id, counts, waiting=waiting, problem=late)
    clear(run_id)
    deliveries.sweep_folder(plan.target)
    audit.anchor()
    if late is not None:
        raise late
    return counts


def close(
    database: Database,
    plan: StoredPlan,
    run_id: int,
    counts: Mapping[str, int],
    *,
    waiting: bool,
    problem: RegistryError | None = None,
) -> None:
    """Close the run, and the plan unless something of it waits for a person."""
    if waiting:
        problem = Held(f"plan {plan.id} of {plan.target} waits for an approval: {plan.reason}", runbook="approval")
        counts = {**counts, "plan": plan.id}
    else:
        database.execute("plans/close_plan", plan_id=plan.id)
    runs.end(database, run_id, "held" if problem else "done", counts, error=problem)
