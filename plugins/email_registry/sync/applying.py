"""Apply: that plan and no other, removals before additions, intents committed before each request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from email_registry import runs, suppression
from email_registry.boundaries.database import Database, locked, transaction
from email_registry.deliveries import Delivery, Execution, Outcome, delivery_of
from email_registry.errors import DeliveryFailed, Held, contained
from email_registry.lists import find_freeze
from email_registry.plans.safety import ACTS
from email_registry.plans.stored import StoredPlan, find_plan
from email_registry.privacy import AddressColumn
from email_registry.settings import policy, utc_now
from email_registry.sync.reading import desired_terms, hold_to_read, hold_to_suppressed, read_list

AGAIN = 0  # the number of that reading: 1 is what the plan was made from, 2 the read-back
FRESH = timedelta(minutes=15)  # what is older when it is done is held against the list once more


@contained
def apply(plan_id: int) -> Mapping[str, int]:
    """Do what the plan released. Returns what was asked of Webropol: added, removed, dropped, uncertain.

    A request that failed, or whose outcome is unknown, is not sent again: `uncertain` is 1, the rest is left alone,
    and the read-back tells what is so.
    """
    plan = find_plan(plan_id)
    return execute_plan(plan, plan.released, plan.run_id)


def execute_plan(plan: StoredPlan, acts: Sequence[str], run_id: int) -> Mapping[str, int]:
    """Do these acts of an open plan, batch after batch, under `run_id`'s lease."""
    if plan.state != "open":
        raise Held(f"plan {plan.id} of {plan.target} is {plan.state}; nothing was done", runbook="approval")
    delivery = delivery_of(plan.target, policy().targets[plan.target])
    # Asked by a worker that is gone: whether its last request was done is not known.
    at_once = delivery.capabilities.acts_at_once
    uncertain = int(at_once and _asked_before(plan, acts))
    if at_once and (uncertain or run_id != plan.run_id or abs(utc_now() - plan.made_at) > FRESH):
        _read_again(plan, run_id, delivery)
    try:
        with delivery.executing(_execution(plan, run_id)):
            for act in (act for act in ACTS if act in acts):
                while _batch(plan, act, run_id, delivery):
                    runs.heartbeat("list_sync", run_id)
    except DeliveryFailed:
        if not at_once:
            raise
        uncertain = 1
    with transaction("list_sync") as database:
        asked = {row["action"]: row for row in database.rows("sync/count_asked", plan_id=plan.id)}
    done = {act: int(asked[act]["asked"]) if act in asked else 0 for act in ACTS}
    dropped = sum(int(row["dropped"]) for row in asked.values())
    removed = done["remove"] + done["double"] + done["foreign"]
    return {"added": done["add"], "removed": removed, "dropped": dropped, "uncertain": uncertain}


def _read_again(plan: StoredPlan, run_id: int, delivery: Delivery) -> None:
    """Another hand may have added since the plan was made; the vendor keeps no uniqueness that is documented."""
    with transaction("list_sync") as database:
        database.execute("sync/clear_again", run_id=run_id)
    members = read_list(run_id, AGAIN, delivery, policy().targets[plan.target].audiences)
    with locked("list_sync", "target", plan.target) as database:
        hold_to_read(database, run_id, AGAIN, members)
        database.execute("sync/drop_needless", plan_id=plan.id, run_id=run_id)


def _execution(plan: StoredPlan, run_id: int) -> Execution:
    return Execution(run_id, plan.business_date, plan.id, complete=not plan.counts["members"])


def _asked_before(plan: StoredPlan, acts: Sequence[str]) -> bool:
    with transaction("list_sync") as database:
        return bool(database.one("sync/asked_before", plan_id=plan.id, acts=list(acts))["asked"])


def _batch(plan: StoredPlan, act: str, run_id: int, delivery: Delivery) -> bool:
    """One batch: choose and intend in one transaction, then ask. False when nothing is left."""
    with locked("list_sync", "target", plan.target) as database:
        state = database.one("plans/find_plan", plan_id=plan.id)["state"]
        if state != "open":  # a newer plan, made by whoever took over meanwhile
            raise Held(f"plan {plan.id} of {plan.target} is {state}; the rest of it was not done", runbook="approval")
        hold_to_suppressed(database, run_id)
        batch = _additions(database, plan, run_id) if act == "add" else _removals(database, plan, act, run_id)
    if not batch:
        return False
    emails = AddressColumn(row["email"] for row in batch)
    if act == "add":
        _note(plan, batch, delivery.add(emails))
    else:
        delivery.remove([row["member_id"] for row in batch], emails)
        _note(plan, batch, ["done"] * len(batch))
    return True


def _note(plan: StoredPlan, batch: Sequence[Mapping[str, Any]], outcomes: Sequence[Outcome]) -> None:
    """Write down what was answered; the read-back says what is so."""
    with transaction("list_sync") as database:
        for outcome in sorted(set(outcomes)):
            rows = [row for row, became in zip(batch, outcomes, strict=True) if became == outcome]
            database.execute("sync/note_outcome", items=[row["id"] for row in rows], outcome=outcome)
            if outcome == "refused":
                addresses = [row["address_id"] for row in rows]
                database.execute("sync/refuse", target=plan.target, addresses=addresses, on=plan.business_date)


def _additions(database: Database, plan: StoredPlan, run_id: int) -> Sequence[Mapping[str, Any]]:
    if find_freeze(database, plan.target, plan.business_date):  # since the plan was made
        database.execute("sync/drop_additions", plan_id=plan.id)
    these = {"run_id": run_id, "target": plan.target, **_terms(plan)}
    suppressed = suppression.load(database, policy().targets[plan.target].audiences)
    while batch := _next(database, plan, "add"):
        stale = _stale(database, "sync/stale_additions", batch, these)
        stale |= {row["id"] for row in batch if row["email"] and suppressed.holds(row["audience"], row["email"])}
        if not stale:
            break
        database.execute("sync/drop_items", items=sorted(stale))
    _intend(database, plan, "sync/intend_additions", batch)
    return batch


def _removals(database: Database, plan: StoredPlan, act: str, run_id: int) -> Sequence[Mapping[str, Any]]:
    these = {"run_id": run_id, **_terms(plan)}
    while batch := _next(database, plan, act):
        stale = _stale(database, "sync/stale_removals", batch, these) if act == "remove" else set()
        if not stale:
            break
        database.execute("sync/drop_items", items=sorted(stale))
    _intend(database, plan, "sync/intend_removals", batch)
    return batch


def _terms(plan: StoredPlan) -> Mapping[str, Any]:
    return desired_terms(policy().targets[plan.target], plan.business_date)


def _stale(database: Database, name: str, batch: Sequence[Mapping[str, Any]], these: Mapping[str, Any]) -> set[int]:
    """Which items of a batch are no longer right."""
    return {row["id"] for row in database.rows(name, items=[row["id"] for row in batch], **these)}


def _next(database: Database, plan: StoredPlan, act: str) -> Sequence[Mapping[str, Any]]:
    return database.rows("sync/next_items", plan_id=plan.id, action=act, batch=policy().sync.batch_size)


def _intend(database: Database, plan: StoredPlan, name: str, batch: Sequence[Mapping[str, Any]]) -> None:
    if batch:
        at = utc_now()
        addresses = [row["address_id"] for row in batch if row["address_id"] is not None]
        database.execute(name, target=plan.target, addresses=addresses, at=at)
        database.execute("sync/ask_items", items=[row["id"] for row in batch], at=at)
