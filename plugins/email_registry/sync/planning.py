"""Make a plan: computed in one transaction where the data is, judged by pure arithmetic, stored as ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from email_registry import audit, runs, suppression
from email_registry.boundaries.database import Database, comparing, transaction
from email_registry.deliveries import Delivery, capabilities_of, delivery_of
from email_registry.errors import contained
from email_registry.lists import Stage, find_freeze, require_known_target, stage_of
from email_registry.plans import LIST_ACTIONS, Action, PlanKind, check_limits, supersede, was_reset
from email_registry.runs import RunKind
from email_registry.settings import Target, policy, utc_now
from email_registry.suppression import Reason
from email_registry.sync.after_restore import require_export_since_restore, require_load_since_restore
from email_registry.sync.quiesce import wait_until_quiet
from email_registry.sync.reading import (
    PLANNED_READ,
    clear,
    cleared_on_failure,
    desired_terms,
    note_suppressed,
    observe,
    read_list,
    refused_before,
    require_staged_members,
    stage_believed,
)

# The actions of a sync's plan: the first four change the list, the others are what the read says.
ACTIONS = (
    *LIST_ACTIONS,
    Action.ADOPT,
    Action.MISSING,
    Action.LEFT,
    Action.RESET_UNWANTED,
    Action.RESET_WANTED,
    Action.CANCEL_REMOVAL,
)


@dataclass(frozen=True)
class Plan:
    """A plan in counts. `id` is None after a dry run, which stores no plan; so is it when the list is `observed`."""

    id: int | None
    run_id: int
    target: str
    counts: Mapping[str, int]
    released: tuple[str, ...]
    waiting: tuple[str, ...]
    reason: str | None
    reset: bool
    observed: bool = False

    @property
    def summary(self) -> dict[str, object]:
        """What may cross from task to task, and what a person approves by: ids and counts."""
        counts = ", ".join(f"{count} {action}" for action, count in self.counts.items())
        title = "observed, nothing is delivered" if self.observed else f"plan {self.id}"
        words = f"{title} of {self.target}: {counts}. Waits: {', '.join(self.waiting) or 'nothing'}"
        return {
            "plan": self.id,
            "counts": dict(self.counts),
            "waiting": list(self.waiting),
            "reset": self.reset,
            "summary": f"{words} ({self.reason})" if self.reason else words,
        }


@dataclass(frozen=True)
class _Planning:
    """What every part of making a plan needs. `read`: whether the list itself was read."""

    database: Database
    run_id: int
    name: str
    target: Target
    on: date
    read: bool

    @property
    def terms(self) -> dict[str, Any]:
        return {"run_id": self.run_id, **desired_terms(self.target, self.on)}


@contained
def make_plan(name: str, on: date, *, owner: str, dry_run: bool = False, why: str = "") -> Plan:
    """Read the target's list and plan. Opens the target's run, which `read_back` closes; a dry run closes its own.

    A list that is not live receives no deliveries: its run says what would have been done, and no plan is stored.
    `why`: a reason in words for the audit, when a person plans by hand.
    """
    require_known_target(name)
    target = policy().targets[name]
    with runs.running("list_sync", RunKind.SYNC, name, on, owner=owner) as run_id, cleared_on_failure(run_id):
        require_load_since_restore(name, target)
        wait_until_quiet(run_id, name)
        clear(run_id)
        delivery = delivery_of(name, target)
        require_export_since_restore(name, delivery)
        note_suppressed(run_id, target.audiences)
        read, members = _stage_members(run_id, name, target, delivery)
        with comparing("list_sync", "target", name) as database:
            require_staged_members(database, run_id, PLANNED_READ, members)
            runs.require_newest(database, RunKind.SYNC, name, on)
            observed = stage_of(database, name) != Stage.LIVE
            idle = dry_run or observed
            planning = _Planning(database, run_id, name, target, on, read)
            plan = replace(_plan(planning, dry_run=idle, why=why), observed=observed)
            if idle:
                database.rollback()
            else:
                delivery.note_read(database, run_id)
        if idle:
            _end_idle(plan, dry_run=dry_run)
    return plan


def _stage_members(run_id: int, name: str, target: Target, delivery: Delivery) -> tuple[bool, int]:
    """Stage the list's members. Returns whether the list itself was read, and how many members are staged."""
    delivery.require_one_name()
    if delivery.can_read_list():
        return True, read_list(run_id, PLANNED_READ, delivery, target.audiences)
    return False, stage_believed(run_id, name)


def _plan(planning: _Planning, *, dry_run: bool, why: str) -> Plan:
    database, name, at = planning.database, planning.name, utc_now()
    supersede(database, PlanKind.SYNC, name)
    plan_id = int(
        database.one(
            "plans/make_plan", run_id=planning.run_id, kind=PlanKind.SYNC, subject=name, at=at, from_read=planning.read
        )["id"]
    )
    standing = _standing(planning)
    database.execute("sync/move_listings", target=name, **planning.terms)
    counts, digest = _count_items(planning, plan_id, standing)
    report = check_limits(counts, **standing, rules=policy().sync, closed=_closed_actions(planning), read=planning.read)
    database.execute(
        "plans/finish_plan", plan_id=plan_id, counts=json.dumps(counts), released=list(report.released),
        waiting=list(report.waiting), reason=report.reason, digest=digest, reset=report.reset,
    )  # fmt: skip
    if planning.read and not report.reset:
        _believe_read(planning, plan_id)
    if not dry_run:
        audited: dict[str, int | str] = {**counts, "why": why} if why else {**counts}
        audit.append(database, "plan", name, audited, run_id=planning.run_id, at=at)
    stored_id = None if dry_run else plan_id
    return Plan(stored_id, planning.run_id, name, counts, report.released, report.waiting, report.reason, report.reset)


def _standing(planning: _Planning) -> dict[str, int]:
    """Compare the read with what was seen before: `{listed, listed_seen, members}`."""
    parameters = {"run_id": planning.run_id, "target": planning.name}
    standing = dict(planning.database.one("sync/count_standing", **parameters, reading=PLANNED_READ))
    if not planning.read:
        return {**standing, "listed": standing["members"], "listed_seen": standing["members"]}
    seen = {key: standing[key] for key in ("listed", "listed_seen")}
    if planning.target.kind == "collector" and was_reset(**seen, rules=policy().sync):
        # Resetting a bulletin's survey removes its recipients: nobody left, and the whole list is due again.
        planning.database.execute("sync/forget_lost_members", **parameters)
        standing = dict(planning.database.one("sync/count_standing", **parameters, reading=PLANNED_READ))
    return standing


def _count_items(planning: _Planning, plan_id: int, standing: Mapping[str, int]) -> tuple[dict[str, int], str]:
    """Store the plan's items. Returns their counts and their digest."""
    database, before = planning.database, refused_before(planning.on)
    seen = {key: standing[key] for key in ("listed", "listed_seen")}
    reset = planning.read and was_reset(**seen, rules=policy().sync) is not None
    database.execute(
        "sync/plan_items", plan_id=plan_id, target=planning.name, reset=reset, refused_before=before, **planning.terms
    )
    items = database.rows("plans/count_items", plan_id=plan_id)
    desired = database.one(
        "sync/count_desired", reading=PLANNED_READ, target=planning.name, refused_before=before, **planning.terms
    )
    counts: dict[str, int] = {str(action): 0 for action in ACTIONS}
    counts |= {row["action"]: int(row["items"]) for row in items}
    counts |= {
        "desired": int(desired["desired"]),
        "unchanged": int(desired["listed"]),
        "refused": int(desired["refused"]),
        "members": standing["members"],
        "withheld": int(database.one("sync/count_withheld", target=planning.name)["withheld"]),
    }
    return counts, _digest(items)


def _closed_actions(planning: _Planning) -> list[str]:
    """Return the actions that are impossible now: additions to a frozen list, and duplicates of a list by sheets.

    A removal sheet names an address, so it would remove both copies.
    """
    duplicates = [] if capabilities_of(planning.target).removes_duplicates else [Action.DUPLICATE]
    frozen = find_freeze(planning.database, planning.name, planning.on)
    return [*duplicates, *([Action.ADD] if frozen else [])]


def _digest(items: Sequence[Mapping[str, Any]]) -> str:
    return hashlib.sha256(json.dumps([[row["action"], row["digest"]] for row in items]).encode()).hexdigest()


def _believe_read(planning: _Planning, plan_id: int) -> None:
    """Store what the read itself says, whatever is done next: who is on the list, adopted, missing, or left."""
    database, name = planning.database, planning.name
    observe(database, planning.run_id, PLANNED_READ, name)
    database.execute("sync/adopt", plan_id=plan_id, target=name, at=utc_now())
    database.execute("sync/cancel_removals", plan_id=plan_id, target=name)
    database.execute("sync/observe_missing", plan_id=plan_id, run_id=planning.run_id, target=name)
    database.execute("sync/forget_undelivered", target=name, **planning.terms)
    left = database.rows("sync/find_left", plan_id=plan_id)
    suppress_those_who_left(database, [row["email"] for row in left], name, planning.on)
    database.execute("sync/forget_listings", plan_id=plan_id, target=name, action=Action.LEFT)
    database.execute("sync/close_items", plan_id=plan_id, action=Action.LEFT, at=utc_now())


def suppress_those_who_left(database: Database, emails: Sequence[str], name: str, on: date) -> None:
    """Suppress people who left a list, for every audience or for the list's own, as the policy says."""
    everywhere = policy().sync.leaving_scope == "all"
    for scope in ("all",) if everywhere else policy().targets[name].audiences:
        suppression.record(database, emails, scope, Reason.LEFT, on)


def _end_idle(plan: Plan, *, dry_run: bool) -> None:
    """Close the run of a dry run or of an observed list. An observed night also stores an event and what would wait."""
    clear(plan.run_id)
    counts = {**plan.counts, "dry_run": 1}
    with transaction("list_sync") as database:
        if plan.observed and not dry_run:
            audit.append(database, "observe", plan.target, plan.counts, run_id=plan.run_id, at=utc_now())
            counts |= {"observed": 1, "verified": 0, "would_wait": len(plan.waiting)}
        runs.end(database, plan.run_id, counts=counts)
        if plan.observed and plan.reason:
            runs.note(database, plan.run_id, {"would_wait_for": plan.reason})
