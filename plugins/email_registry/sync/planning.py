"""The plan: computed in one transaction where the data is, decided purely, kept as ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from email_registry import audit, runs, suppression
from email_registry.boundaries.database import Database, comparing, transaction
from email_registry.errors import contained
from email_registry.settings import Target, policy, utc_now
from email_registry.sync import breaker
from email_registry.sync.breaker import ACTS, Decision
from email_registry.sync.reading import (
    clear,
    cleared_on_failure,
    delivery_of,
    desired_terms,
    hold_to_read,
    note_suppressed,
    observe,
    read_list,
)

# What a plan's items may be: the first three are acts, the rest is what the read says.
ACTIONS = (*ACTS, "adopt", "missing", "left", "lost", "recall")


@dataclass(frozen=True)
class Plan:
    """A frozen plan, in counts. `id` is None for a dry run, which leaves nothing behind."""

    id: int | None
    run_id: int
    target: str
    counts: Mapping[str, int]
    released: tuple[str, ...]
    held: tuple[str, ...]
    reason: str | None

    @property
    def summary(self) -> dict[str, object]:
        """What may cross from task to task, and what a person approves by: ids and counts."""
        counts = ", ".join(f"{count} {action}" for action, count in self.counts.items())
        words = f"plan {self.id} of {self.target}: {counts}. Waits: {', '.join(self.held) or 'nothing'}"
        return {
            "plan": self.id,
            "counts": dict(self.counts),
            "held": list(self.held),
            "summary": f"{words} ({self.reason})" if self.reason else words,
        }


@contained
def make_plan(name: str, on: date, *, owner: str, dry_run: bool = False) -> Plan:
    """Read the target's list and plan. Opens the target's run, which `read_back` closes (a dry run's, at once)."""
    target = policy().targets[name]
    with runs.running("list_sync", "sync", name, on, owner=owner) as run_id, cleared_on_failure(run_id):
        clear(run_id)
        members = read_list(run_id, 1, delivery_of(name, target), target.audiences)
        note_suppressed(run_id, target.audiences)
        with comparing("list_sync", "target", name) as database:
            hold_to_read(database, run_id, 1, members)
            runs.hold_to_newest(database, "sync", name, on)
            plan = _plan(database, run_id, name, target, on, dry_run=dry_run)
            if dry_run:
                database.rollback()
        if dry_run:
            _end_dry_run(plan)
    return plan


def _plan(database: Database, run_id: int, name: str, target: Target, on: date, *, dry_run: bool) -> Plan:
    at = utc_now()
    database.execute("sync/supersede", target=name)
    plan_id = int(database.one("sync/make_plan", run_id=run_id, target=name, at=at)["id"])
    standing = database.one("sync/standing", run_id=run_id, reading=1, target=name)
    terms = desired_terms(target, on)
    database.execute("sync/rehome", run_id=run_id, target=name, **terms)
    rules = policy().sync
    seen = {"listed": standing["listed"], "listed_there": standing["listed_there"]}
    reset = breaker.was_reset(**seen, rules=rules) is not None
    database.execute("sync/plan_items", plan_id=plan_id, run_id=run_id, target=name, reset=reset, **terms)
    items = database.rows("sync/count_items", plan_id=plan_id)
    desired = database.one("sync/count_desired", run_id=run_id, reading=1, **terms)
    counts = dict.fromkeys(ACTIONS, 0) | {row["action"]: int(row["items"]) for row in items}
    counts |= {"desired": int(desired["desired"]), "unchanged": int(desired["there"]), "members": standing["members"]}
    decision = breaker.decide(counts, **standing, rules=rules)
    digest = hashlib.sha256(json.dumps([[row["action"], row["digest"]] for row in items]).encode()).hexdigest()
    database.execute(
        "sync/finish_plan", plan_id=plan_id, counts=json.dumps(counts), released=list(decision.released),
        held=list(decision.held), reason=decision.reason, digest=digest,
    )  # fmt: skip
    if not decision.reset:
        _believe(database, run_id, plan_id, name, target, on)
    if not dry_run:
        audit.append(database, "plan", name, counts, run_id=run_id, at=at)
    return _frozen(None if dry_run else plan_id, run_id, name, counts, decision)


def _believe(database: Database, run_id: int, plan_id: int, name: str, target: Target, on: date) -> None:
    """What the read itself says, whatever is done next: seen, gone as asked, adopted, missed, left."""
    observe(database, run_id, 1, name)
    database.execute("sync/adopt", plan_id=plan_id, target=name, at=utc_now())
    database.execute("sync/recall", plan_id=plan_id, target=name)
    database.execute("sync/observe_missing", plan_id=plan_id, run_id=run_id, target=name)
    _suppress_those_who_left(database, plan_id, name, on)


def _suppress_those_who_left(database: Database, plan_id: int, name: str, on: date) -> None:
    left = database.rows("sync/left_addresses", plan_id=plan_id)
    whole = policy().sync.leaving_scope == "all"
    for scope in ("all",) if whole else policy().targets[name].audiences:
        suppression.record(database, [row["email"] for row in left], scope, "left", on)
    database.execute("sync/forget", plan_id=plan_id, target=name, action="left")
    database.execute("sync/close_items", plan_id=plan_id, action="left", at=utc_now())


def _frozen(plan_id: int | None, run_id: int, name: str, counts: Mapping[str, int], decision: Decision) -> Plan:
    return Plan(plan_id, run_id, name, counts, decision.released, decision.held, decision.reason)


def _end_dry_run(plan: Plan) -> None:
    clear(plan.run_id)
    with transaction("list_sync") as database:
        runs.end(database, plan.run_id, counts={**plan.counts, "dry_run": 1})
