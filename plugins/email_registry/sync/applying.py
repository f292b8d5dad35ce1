"""Apply exactly one plan: removals before additions, and each intent committed before its request is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from email_registry import runs, suppression
from email_registry.boundaries.database import Database, locked, transaction
from email_registry.deliveries import Delivery, Execution, delivery_of
from email_registry.errors import DeliveryFailed, Held, contained
from email_registry.lists import find_freeze
from email_registry.plans import LIST_ACTIONS, Action, Outcome, PlanState, StoredPlan, find_plan
from email_registry.privacy import AddressColumn
from email_registry.settings import policy, utc_now
from email_registry.sync.reading import (
    REPEATED_READ,
    desired_terms,
    read_list,
    require_staged_members,
    require_staged_suppressions,
)

FRESH = timedelta(minutes=15)  # before an older plan is applied, the list is read once more


@contained
def apply(plan_id: int) -> Mapping[str, int]:
    """Do what the plan released. Returns what was asked of Webropol: added, removed, dropped, uncertain.

    A request that failed, or whose outcome is unknown, is not sent again. Then `uncertain` is 1, the rest of the plan
    is not done, and the read-back finds out what happened.
    """
    plan = find_plan(plan_id)
    return execute_plan(plan, plan.released, plan.run_id)


def execute_plan(plan: StoredPlan, actions: Sequence[str], run_id: int) -> Mapping[str, int]:
    """Do these actions of an open plan, batch after batch, under `run_id`'s lease."""
    if plan.state != PlanState.OPEN:
        raise Held(f"plan {plan.id} of {plan.subject} is {plan.state}; nothing was done", runbook="approval")
    delivery = delivery_of(plan.subject, policy().targets[plan.subject])
    acts_at_once = delivery.capabilities.acts_at_once
    # If a worker that died asked for something, we do not know whether its last request was done.
    uncertain = int(acts_at_once and _was_asked_before(plan, actions))
    if acts_at_once and (uncertain or run_id != plan.run_id or abs(utc_now() - plan.made_at) > FRESH):
        _read_again(plan, run_id, delivery)
    try:
        with delivery.executing(_execution(plan, run_id)):
            for action in (action for action in LIST_ACTIONS if action in actions):
                while _do_batch(plan, action, run_id, delivery):
                    runs.heartbeat("list_sync", run_id)
    except DeliveryFailed:
        if not acts_at_once:
            raise
        uncertain = 1
    return _count_asked(plan) | {"uncertain": uncertain}


def _count_asked(plan: StoredPlan) -> dict[str, int]:
    with transaction("list_sync") as database:
        rows = {row["action"]: row for row in database.rows("sync/count_asked", plan_id=plan.id)}
    asked = {action: int(rows[action]["asked"]) if action in rows else 0 for action in LIST_ACTIONS}
    return {
        "added": asked[Action.ADD],
        "removed": sum(asked.values()) - asked[Action.ADD],
        "dropped": sum(int(row["dropped"]) for row in rows.values()),
    }


def _read_again(plan: StoredPlan, run_id: int, delivery: Delivery) -> None:
    """Read the list again and drop what is not needed any more.

    Somebody else may have added members since the plan was made, and the vendor documents no uniqueness of addresses.
    """
    with transaction("list_sync") as database:
        database.execute("sync/clear_repeated_read", run_id=run_id)
    members = read_list(run_id, REPEATED_READ, delivery, policy().targets[plan.subject].audiences)
    with locked("list_sync", "target", plan.subject) as database:
        require_staged_members(database, run_id, REPEATED_READ, members)
        database.execute("sync/drop_needless", plan_id=plan.id, run_id=run_id)


def _execution(plan: StoredPlan, run_id: int) -> Execution:
    return Execution(run_id, plan.business_date, plan.id, complete=not plan.counts["members"])


def _was_asked_before(plan: StoredPlan, actions: Sequence[str]) -> bool:
    with transaction("list_sync") as database:
        return bool(database.one("sync/check_asked_before", plan_id=plan.id, actions=list(actions))["asked"])


def _do_batch(plan: StoredPlan, action: str, run_id: int, delivery: Delivery) -> bool:
    """Choose a batch and commit the intent in one transaction, and then ask. Returns False when nothing is left."""
    with locked("list_sync", "target", plan.subject) as database:
        state = database.one("plans/find_plan", plan_id=plan.id)["state"]
        if state != PlanState.OPEN:  # another worker took over meanwhile and made a newer plan
            raise Held(f"plan {plan.id} of {plan.subject} is {state}; the rest of it was not done", runbook="approval")
        require_staged_suppressions(database, run_id)
        if action == Action.ADD:
            batch = _next_additions(database, plan, run_id)
        else:
            batch = _next_removals(database, plan, action, run_id)
    if not batch:
        return False
    emails = AddressColumn(row["email"] for row in batch)
    if action == Action.ADD:
        _note_outcomes(plan, batch, delivery.add(emails))
    else:
        delivery.remove([row["member_id"] for row in batch], emails)
        _note_outcomes(plan, batch, [Outcome.DONE] * len(batch))
    return True


def _note_outcomes(plan: StoredPlan, batch: Sequence[Mapping[str, Any]], outcomes: Sequence[str]) -> None:
    """Store the vendor's answers. The read-back finds out what really happened."""
    with transaction("list_sync") as database:
        for outcome in sorted(set(outcomes)):
            rows = [row for row, answer in zip(batch, outcomes, strict=True) if answer == outcome]
            database.execute("sync/note_outcome", items=[row["id"] for row in rows], outcome=outcome)
            if outcome == Outcome.REFUSED:
                addresses = [row["address_id"] for row in rows]
                database.execute("sync/note_refused", target=plan.subject, addresses=addresses, on=plan.business_date)


def _next_additions(database: Database, plan: StoredPlan, run_id: int) -> Sequence[Mapping[str, Any]]:
    if find_freeze(database, plan.subject, plan.business_date):  # since the plan was made
        database.execute("sync/drop_additions", plan_id=plan.id)
    parameters = {"run_id": run_id, "target": plan.subject, **_terms(plan)}
    suppressed = suppression.load(database, policy().targets[plan.subject].audiences)
    while batch := _next_items(database, plan, Action.ADD):
        stale = _stale_items(database, "sync/find_stale_additions", batch, parameters)
        stale |= {row["id"] for row in batch if row["email"] and suppressed.contains(row["audience"], row["email"])}
        if not stale:
            break
        database.execute("sync/drop_items", items=sorted(stale))
    _store_intent(database, plan, "sync/intend_additions", batch)
    return batch


def _next_removals(database: Database, plan: StoredPlan, action: str, run_id: int) -> Sequence[Mapping[str, Any]]:
    parameters = {"run_id": run_id, **_terms(plan)}
    while batch := _next_items(database, plan, action):
        removes = action == Action.REMOVE
        stale = _stale_items(database, "sync/find_stale_removals", batch, parameters) if removes else set()
        if not stale:
            break
        database.execute("sync/drop_items", items=sorted(stale))
    _store_intent(database, plan, "sync/intend_removals", batch)
    return batch


def _terms(plan: StoredPlan) -> Mapping[str, Any]:
    return desired_terms(policy().targets[plan.subject], plan.business_date)


def _stale_items(
    database: Database, statement: str, batch: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]
) -> set[int]:
    """Return the ids of the batch's items that are not right any more."""
    return {row["id"] for row in database.rows(statement, items=[row["id"] for row in batch], **parameters)}


def _next_items(database: Database, plan: StoredPlan, action: str) -> Sequence[Mapping[str, Any]]:
    return database.rows("sync/find_next_items", plan_id=plan.id, action=action, batch=policy().sync.batch_size)


def _store_intent(database: Database, plan: StoredPlan, statement: str, batch: Sequence[Mapping[str, Any]]) -> None:
    if batch:
        at = utc_now()
        addresses = [row["address_id"] for row in batch if row["address_id"] is not None]
        database.execute(statement, target=plan.subject, addresses=addresses, at=at)
        database.execute("sync/ask_items", items=[row["id"] for row in batch], at=at)
