"""Plan an expiry. An address is due when it was absent, or brought by no source, for longer than its audience's days.

The plan is stored like that of a list, with its items by id and its decision. A newer plan supersedes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from email_registry import audit, runs
from email_registry.boundaries.database import Database, locked, transaction
from email_registry.errors import Held, contained
from email_registry.expire.alarms import alarms_in
from email_registry.expire.safety import Calendar, LimitReport, check_limit
from email_registry.plans import Action, PlanKind, audit_subject, supersede
from email_registry.settings import policy, utc_now


@dataclass(frozen=True)
class Plan:
    """An audience's expiry in counts: how many are due and off every list, and how many are due and still listed.

    `id` is None after a dry run. `reason` says why it waits for a person. `legal_holds` has the references that forbid
    it.
    """

    id: int | None
    audience: str
    due: int
    still_listed: int
    addresses: int
    reason: str | None
    legal_holds: tuple[str, ...] = ()

    @property
    def summary(self) -> dict[str, Any]:
        """What may cross from task to task, and what a person approves by: ids and counts."""
        words = f"plan {self.id} of {self.audience}: {self.due} of {self.addresses} are due"
        return {
            "plan": self.id,
            "due": self.due,
            "still_listed": self.still_listed,
            "waiting": self.reason is not None,
            "summary": f"{words}. Waits: {self.reason}" if self.reason else words,
        }


@contained
def plan_expiry(audience: str, on: date) -> Plan:
    """Count who is due on that date, and say what would be done. Nothing is written."""
    with transaction("retention") as database:
        counts, report = _check_due(database, audience, on)
    return Plan(None, audience, **counts, reason=report.waits or report.refused, legal_holds=report.legal_holds)


@contained
def make_plan(audience: str, on: date, *, owner: str) -> Plan:
    """Plan an audience's expiry, and supersede an older plan. Opens the run that `delete` closes.

    If the plan waits for a person, the run ends as held. Held is raised when the date is before the last night.
    """
    with (
        runs.running("retention", runs.RunKind.EXPIRE, audience, on, owner=owner) as run_id,
        locked("retention", "audience", audience) as database,
    ):
        counts, report = _check_due(database, audience, on)
        if report.refused:
            raise Held(f"{audience}: {report.refused} Nothing was deleted", runbook="clock")
        plan_id = _store_plan(database, run_id, audience, on, counts, report)
        plan = Plan(plan_id, audience, **counts, reason=report.waits, legal_holds=report.legal_holds)
        alarm = "; ".join(alarms_in(database, audience, on)) or None
        notes = {"plan": plan_id, "still_listed": plan.still_listed, "alarm": alarm}
        runs.note(database, run_id, notes | ({"under_legal_hold": plan.due} if plan.legal_holds else {}))
        if plan.due:
            audit.append(
                database, "plan", audit_subject(PlanKind.EXPIRY, audience), counts, run_id=run_id, at=utc_now()
            )
        if report.waits:
            runs.end(database, run_id, runs.RunState.HELD, error=awaiting_decision(plan_id, audience, report.waits))
    return plan


def awaiting_decision(plan_id: int, audience: str, why: str | None) -> Held:
    """Return the error of a plan that a person has not decided about yet."""
    return Held(
        f"{audience}: {why}; nothing was deleted. Plan {plan_id} waits: ./registry plan approve {plan_id}",
        runbook="expiry-held",
    )


def calendar_of(database: Database, on: date, *, window: int, audience: str = "") -> Calendar:
    """Return the day beside the nights of the last `window` days, for judging whether the clock is right.

    A jump of the clock that a person has confirmed, by approving a deletion of `audience`, is left out.
    """
    longest = policy().waiting.longest_pause_days
    jump = database.one(
        "expire/find_jump", on=on, since=on - timedelta(days=window), longest=longest, audience=audience
    )
    return Calendar(on, runs.last_night(database), longest, jump["jumped_to"], jump["jumped_from"])


def terms(audience: str, on: date) -> Mapping[str, Any]:
    """Return the dates that decide who is due. Everything older is due, so a missed night loses nobody."""
    retention = policy().audiences[audience].retention
    return {
        "audience": audience,
        "absent_before": on - timedelta(days=retention.absent_days),
        "unseen_before": on - timedelta(days=retention.unseen_days),
    }


def _check_due(database: Database, audience: str, on: date) -> tuple[dict[str, int], LimitReport]:
    row = database.one("expire/count_due", **terms(audience, on))
    counts = {key: int(row[key]) for key in ("due", "still_listed", "addresses")}
    calendar = calendar_of(database, on, window=policy().audiences[audience].retention.unseen_days, audience=audience)
    return counts, check_limit(audience, counts["due"], counts["addresses"], calendar=calendar, rules=policy().expiry)


def _store_plan(
    database: Database, run_id: int, audience: str, on: date, counts: Mapping[str, int], report: LimitReport
) -> int:
    """Store the plan and its items. A plan under a legal hold has no items."""
    supersede(database, PlanKind.EXPIRY, audience)
    waiting = [Action.DELETE] if report.waits else []
    released = [Action.DELETE] if report.released else []
    plan_id = int(
        database.one(
            "expire/make_plan", run_id=run_id, audience=audience, at=utc_now(), counts=json.dumps(counts),
            released=released, waiting=waiting, reason=report.waits,
        )["id"]
    )  # fmt: skip
    if not report.legal_holds:
        database.execute("expire/plan_items", plan_id=plan_id, **terms(audience, on))
    database.execute("expire/digest_items", plan_id=plan_id)
    return plan_id
