"""The read-back: a list is verified when a fresh read of the whole list shows no difference from the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from email_registry import audit, deliveries, runs
from email_registry.boundaries.database import Database, comparing
from email_registry.errors import DeliveryFailed, Held, RegistryError, contained
from email_registry.lists import find_freeze
from email_registry.plans import StoredPlan, find_plan
from email_registry.runs import RunKind, RunState
from email_registry.settings import policy, utc_now
from email_registry.sync.quiesce import wait_longest_request
from email_registry.sync.reading import (
    PLANNED_READ,
    READ_BACK,
    clear,
    cleared_on_failure,
    desired_terms,
    observe,
    read_list,
    refused_before,
    require_staged_members,
)

DIFFERENCES = {
    "not_on_list": "added are not there",
    "twice": "are there twice",
    "still_on_list": "removed are still there",
    "not_asked": "were not asked",
}


@contained
def read_back(plan_id: int, done: Mapping[str, int], *, owner: str) -> Mapping[str, int]:
    """Read the list again, store what it shows, and close the plan's run.

    Returns the plan's counts and: added, removed, members, verified (1 when nothing differs), waiting (actions that
    wait for a person). A list that is kept by sheets is not read again: it has `delivered` instead. DeliveryFailed when
    the list is not as asked; then the next sync plans from a fresh read.
    """
    plan = find_plan(plan_id)
    with (
        runs.running("list_sync", RunKind.SYNC, plan.subject, plan.business_date, owner=owner) as run_id,
        cleared_on_failure(run_id),
    ):
        return verify(plan, plan.released, done, run_id, waiting=bool(plan.waiting))


def verify(
    plan: StoredPlan, actions: Sequence[str], done: Mapping[str, int], run_id: int, *, waiting: bool
) -> Mapping[str, int]:
    """Read the list, compare it with what `actions` were to do, and close `run_id`, whose lease they had."""
    target = policy().targets[plan.subject]
    delivery = deliveries.delivery_of(plan.subject, target)
    if not delivery.capabilities.acts_at_once:
        return _close_sheets(plan, done, run_id, waiting=waiting)
    # When nothing was asked, the read that the plan was made from is fresh as long as the plan's own run is open.
    reading = READ_BACK if any(done.values()) or run_id != plan.run_id else PLANNED_READ
    if reading == READ_BACK:
        if done.get("uncertain"):
            wait_longest_request(run_id)
        members = read_list(run_id, READ_BACK, delivery, target.audiences)
    with comparing("list_sync", "target", plan.subject) as database:
        _require_staged_plan(database, plan, run_id)
        if reading == READ_BACK:
            require_staged_members(database, run_id, READ_BACK, members)
            observe(database, run_id, READ_BACK, plan.subject)
            if not done.get("uncertain"):
                database.execute(
                    "sync/refuse_altered", plan_id=plan.id, target=plan.subject, run_id=run_id, reading=READ_BACK,
                    on=plan.business_date,
                )  # fmt: skip
        difference = database.one(
            "sync/count_differences", run_id=run_id, plan_id=plan.id, reading=reading, actions=list(actions)
        )
        differs = any(difference.values())
        if not differs:
            counts = _close_equal(database, plan, {**plan.counts, **done}, run_id, reading, waiting=waiting)
    clear(run_id)
    if differs:
        words = ", ".join(f"{difference[key]} {text}" for key, text in DIFFERENCES.items())
        raise DeliveryFailed(
            f"target {plan.subject}: {words}; the next sync starts from a fresh read", runbook="webropol"
        )
    audit.anchor()
    return counts


def _require_staged_plan(database: Database, plan: StoredPlan, run_id: int) -> None:
    """Fail when a crash has emptied the plan's staging, because suppressed people looked desired meanwhile."""
    if run_id == plan.run_id:
        require_staged_members(database, run_id, PLANNED_READ, plan.counts["members"])


def _close_equal(
    database: Database, plan: StoredPlan, counts: Mapping[str, int], run_id: int, reading: int, *, waiting: bool
) -> Mapping[str, int]:
    """Close the run of a list that is as asked. It is verified if nothing waits and nobody desired lacks."""
    on = plan.business_date
    terms = {**desired_terms(policy().targets[plan.subject], on), "refused_before": refused_before(on)}
    row = database.one("sync/count_desired", run_id=run_id, reading=reading, target=plan.subject, **terms)
    frozen = find_freeze(database, plan.subject, on) is not None
    lacks = frozen and row["listed"] + row["refused"] < row["desired"]
    counts = {**counts, "listed": int(row["listed"]), "refused": int(row["refused"]), "frozen": int(frozen)}
    counts["verified"] = int(not waiting and not lacks)
    audit.append(database, "sync", plan.subject, counts, run_id=run_id, at=utc_now())
    close(database, plan, run_id, counts, waiting=waiting)
    return counts


def _close_sheets(plan: StoredPlan, done: Mapping[str, int], run_id: int, *, waiting: bool) -> Mapping[str, int]:
    """Close the run of a list by sheets.

    An export without a difference verifies it; otherwise a person imports sheets.
    """
    asked = done["added"] + done["removed"]
    with comparing("list_sync", "target", plan.subject) as database:
        _require_staged_plan(database, plan, run_id)
        equal = plan.from_read and not asked and not waiting
        if equal:
            deliveries.confirm_batch(database, plan.subject)
        since = None if equal else deliveries.unconfirmed_since(database, plan.subject)
        counts = {**plan.counts, **done, "verified": int(equal), "delivered": int(since is not None)}
        audit.append(database, "sync", plan.subject, counts, run_id=run_id, at=utc_now())
        problem = deliveries.check_confirmed(plan.subject, since, plan.business_date)
        close(database, plan, run_id, counts, waiting=waiting, problem=problem)
    clear(run_id)
    deliveries.sweep_folder(plan.subject)
    audit.anchor()
    if problem is not None:
        raise problem
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
    """Close the run, and also the plan unless something of it waits for a person."""
    if waiting:
        problem = Held(f"plan {plan.id} of {plan.subject} waits for an approval: {plan.reason}", runbook="approval")
        counts = {**counts, "plan": plan.id}
    else:
        database.execute("plans/close_plan", plan_id=plan.id)
    runs.end(database, run_id, RunState.HELD if problem else RunState.DONE, counts, error=problem)
