"""The plan: computed in one transaction where the data is, decided purely, kept as ids."""

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
from email_registry.plans import safety
from email_registry.plans.safety import ACTS, Decision
from email_registry.settings import Target, policy, utc_now
from email_registry.sync.after_restore import hold_loaded, hold_shown
from email_registry.sync.quiesce import settle
from email_registry.sync.reading import (
    clear,
    cleared_on_failure,
    desired_terms,
    hold_to_read,
    note_suppressed,
    observe,
    read_list,
    refused_before,
    stage_believed,
)

# What a plan's items may be: the first four are acts, the rest is what the read says.
ACTIONS = (*ACTS, "adopt", "missing", "left", "lost", "gone", "recall")


@dataclass(frozen=True)
class Plan:
    """A frozen plan, in counts. `id` is None for a dry run, which leaves nothing behind; `observed`: so is the list."""

    id: int | None
    run_id: int
    target: str
    counts: Mapping[str, int]
    released: tuple[str, ...]
    held: tuple[str, ...]
    reason: str | None
    reset: bool
    observed: bool = False

    @property
    def summary(self) -> dict[str, object]:
        """What may cross from task to task, and what a person approves by: ids and counts."""
        counts = ", ".join(f"{count} {action}" for action, count in self.counts.items())
        what = "observed, nothing is delivered" if self.observed else f"plan {self.id}"
        words = f"{what} of {self.target}: {counts}. Waits: {', '.join(self.held) or 'nothing'}"
        return {
            "plan": self.id,
            "counts": dict(self.counts),
            "held": list(self.held),
            "reset": self.reset,
            "summary": f"{words} ({self.reason})" if self.reason else words,
        }


@dataclass(frozen=True)
class _Planning:
    """What all parts of the making of a plan are about."""

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
    """Read the target's list and plan. Opens the target's run, which `read_back` closes (a dry run's, at once).

    Of a list that is not live nothing is delivered: what would have been done stands in its run, and no plan is left.
    `why`: a reason in words, for the audit, where it is done by hand.
    """
    require_known_target(name)
    target = policy().targets[name]
    with runs.running("list_sync", "sync", name, on, owner=owner) as run_id, cleared_on_failure(run_id):
        hold_loaded(name, target)
        settle(run_id, name)
        clear(run_id)
        delivery = delivery_of(name, target)
        hold_shown(name, delivery)
        note_suppressed(run_id, target.audiences)
        read, members = _staged(run_id, name, target, delivery)
        with comparing("list_sync", "target", name) as database:
            hold_to_read(database, run_id, 1, members)
            runs.hold_to_newest(database, "sync", name, on)
            observed = stage_of(database, name) != Stage.LIVE
            idle = dry_run or observed
            plan = replace(
                _plan(_Planning(database, run_id, name, target, on, read), dry_run=idle, why=why), observed=observed
            )
            if idle:
                database.rollback()
            else:
                delivery.note_read(database, run_id)
        if idle:
            _end_idle(plan, dry_run=dry_run)
    return plan


def _staged(run_id: int, name: str, target: Target, delivery: Delivery) -> tuple[bool, int]:
    """Whether the list itself was read, and how many members are staged."""
    delivery.require_one_name()
    if delivery.can_read_list():
        return True, read_list(run_id, 1, delivery, target.audiences)
    return False, stage_believed(run_id, name)


def _plan(planning: _Planning, *, dry_run: bool, why: str) -> Plan:
    database, name, at = planning.database, planning.name, utc_now()
    database.execute("plans/supersede", target=name)
    made = {"run_id": planning.run_id, "target": name, "at": at, "from_read": planning.read}
    plan_id = int(database.one("plans/make_plan", **made)["id"])
    standing = _standing(planning)
    database.execute("sync/rehome", target=name, **planning.terms)
    counts, digest = _counted(planning, plan_id, standing)
    rules, closed = policy().sync, _closed(planning)
    decision = safety.decide(counts, **standing, rules=rules, closed=closed, read=planning.read)
    database.execute(
        "plans/finish_plan", plan_id=plan_id, counts=json.dumps(counts), released=list(decision.released),
        held=list(decision.held), reason=decision.reason, digest=digest, reset=decision.reset,
    )  # fmt: skip
    if planning.read and not decision.reset:
        _believe(planning, plan_id)
    if not dry_run:
        said: dict[str, int | str] = {**counts, "why": why} if why else {**counts}
        audit.append(database, "plan", name, said, run_id=planning.run_id, at=at)
    return _frozen(None if dry_run else plan_id, planning.run_id, name, counts, decision)


def _standing(planning: _Planning) -> dict[str, int]:
    """`{listed, listed_there, members}`: the read beside what was seen before."""
    these = {"run_id": planning.run_id, "target": planning.name}
    standing = dict(planning.database.one("sync/standing", **these, reading=1))
    if not planning.read:
        return {**standing, "listed": standing["members"], "listed_there": standing["members"]}
    seen = {key: standing[key] for key in ("listed", "listed_there")}
    if planning.target.kind == "collector" and safety.was_reset(**seen, rules=policy().sync):
        # A bulletin's recipients go with each reset of its survey: nobody left, and the whole list is due again.
        planning.database.execute("sync/forget_lost_members", **these)
        standing = dict(planning.database.one("sync/standing", **these, reading=1))
    return standing


def _counted(planning: _Planning, plan_id: int, standing: Mapping[str, int]) -> tuple[dict[str, int], str]:
    """The plan's items, counted; and their digest."""
    database, before = planning.database, refused_before(planning.on)
    seen = {key: standing[key] for key in ("listed", "listed_there")}
    reset = planning.read and safety.was_reset(**seen, rules=policy().sync) is not None
    database.execute(
        "sync/plan_items", plan_id=plan_id, target=planning.name, reset=reset, refused_before=before, **planning.terms
    )
    items = database.rows("plans/count_items", plan_id=plan_id)
    desired = database.one(
        "sync/count_desired", reading=1, target=planning.name, refused_before=before, **planning.terms
    )
    counts = dict.fromkeys(ACTIONS, 0) | {row["action"]: int(row["items"]) for row in items}
    counts |= {
        "desired": int(desired["desired"]),
        "unchanged": int(desired["there"]),
        "refused": int(desired["refused"]),
        "members": standing["members"],
        "withheld": int(database.one("sync/count_withheld", target=planning.name)["withheld"]),
    }
    return counts, _digest(items)


def _closed(planning: _Planning) -> list[str]:
    """Acts that are out of the question: additions to a frozen list; a second copy by a sheet, which names both."""
    duplicates = [] if capabilities_of(planning.target).removes_duplicates else ["double"]
    return [*duplicates, *(["add"] if find_freeze(planning.database, planning.name, planning.on) else [])]


def _digest(items: Sequence[Mapping[str, Any]]) -> str:
    return hashlib.sha256(json.dumps([[row["action"], row["digest"]] for row in items]).encode()).hexdigest()


def _believe(planning: _Planning, plan_id: int) -> None:
    """What the read itself says, whatever is done next: seen, gone as asked, adopted, missed, left."""
    database, name = planning.database, planning.name
    observe(database, planning.run_id, 1, name)
    database.execute("sync/adopt", plan_id=plan_id, target=name, at=utc_now())
    database.execute("sync/recall", plan_id=plan_id, target=name)
    database.execute("sync/observe_missing", plan_id=plan_id, run_id=planning.run_id, target=name)
    database.execute("sync/forget_who_never_came", target=name, **planning.terms)
    left = database.rows("sync/left_addresses", plan_id=plan_id)
    suppress_who_left(database, [row["email"] for row in left], name, planning.on)
    database.execute("sync/forget", plan_id=plan_id, target=name, action="left")
    database.execute("sync/close_items", plan_id=plan_id, action="left", at=utc_now())


def suppress_who_left(database: Database, emails: Sequence[str], name: str, on: date) -> None:
    """As far as the policy says that leaving reaches."""
    whole = policy().sync.leaving_scope == "all"
    for scope in ("all",) if whole else policy().targets[name].audiences:
        suppression.record(database, emails, scope, "left", on)


def _frozen(plan_id: int | None, run_id: int, name: str, counts: Mapping[str, int], decision: Decision) -> Plan:
    return Plan(
        plan_id, run_id, name, counts, decision.released, decision.held, decision.reason, decision.reset
    )  # fmt: skip


def _end_idle(plan: Plan, *, dry_run: bool) -> None:
    """Of a dry run the counts are left; of an observed night also what would have waited, and an event."""
    clear(plan.run_id)
    counts = {**plan.counts, "dry_run": 1}
    with transaction("list_sync") as database:
        if plan.observed and not dry_run:
            audit.append(database, "observe", plan.target, plan.counts, run_id=plan.run_id, at=utc_now())
            counts |= {"observed": 1, "verified": 0, "would_wait": len(plan.held)}
        runs.end(database, plan.run_id, counts=counts)
        if plan.observed and plan.reason:
            runs.note(database, plan.run_id, {"would_wait_for": plan.reason})
