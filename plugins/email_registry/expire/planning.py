"""Who is due: absent for longer than the audience's days, or brought by no source for the most days there may be.

A plan is kept like a list's: its items by id, what was decided of it, and a newer one in its place.
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
from email_registry.expire.safety import Calendar, Decision, decide
from email_registry.plans import find_plan
from email_registry.settings import policy, utc_now

PREFIX = "expire:"  # the subject of such a plan is no target
ACT = "delete"


@dataclass(frozen=True)
class Plan:
    """An audience's expiry in counts: due and off every target, due but still listed somewhere.

    `id` is None for a dry run; `reason` is why it waits for a person; `on_hold` the references that forbid it.
    """

    id: int | None
    audience: str
    due: int
    still_listed: int
    addresses: int
    reason: str | None
    on_hold: tuple[str, ...] = ()

    @property
    def summary(self) -> dict[str, Any]:
        """What may cross from task to task, and what a person approves by: ids and counts."""
        words = f"plan {self.id} of {self.audience}: {self.due} of {self.addresses} are due"
        return {
            "plan": self.id,
            "due": self.due,
            "still_listed": self.still_listed,
            "held": self.reason is not None,
            "summary": f"{words}. Waits: {self.reason}" if self.reason else words,
        }


@contained
def plan_expiry(audience: str, on: date) -> Plan:
    """Count who is due on that date, and say what would become of them. Nothing is written."""
    with transaction("retention") as database:
        counts, decision = _decided(database, audience, on)
    return Plan(None, audience, **counts, reason=decision.waits or decision.refused, on_hold=decision.holds)


@contained
def make_plan(audience: str, on: date, *, owner: str) -> Plan:
    """Plan an audience's expiry, in the place of one that waits. Opens the run that `delete` closes.

    What waits for a person ends the run as held. Held where the date is not after the last night.
    """
    with (
        runs.running("retention", "expire", audience, on, owner=owner) as run_id,
        locked("retention", "audience", audience) as database,
    ):
        counts, decision = _decided(database, audience, on)
        if decision.refused:
            raise Held(f"{audience}: {decision.refused} Nothing was deleted", runbook="clock")
        plan_id = _stored(database, run_id, audience, on, counts, decision)
        plan = Plan(plan_id, audience, **counts, reason=decision.waits, on_hold=decision.holds)
        told = alarms_in(database, audience, on)
        said = {"plan": plan_id, "still_listed": plan.still_listed, "alarm": "; ".join(told) or None}
        runs.note(database, run_id, said | ({"on_hold": plan.due} if plan.on_hold else {}))
        if plan.due:
            audit.append(database, "plan", PREFIX + audience, counts, run_id=run_id, at=utc_now())
        if decision.waits:
            runs.end(database, run_id, "held", error=waits(plan_id, audience, decision.waits))
    return plan


def waits(plan_id: int, audience: str, why: str | None) -> Held:
    """What is said while a person has not decided."""
    return Held(
        f"{audience}: {why}; nothing was deleted. Plan {plan_id} waits: ./registry plan approve {plan_id}",
        runbook="expiry-held",
    )


def is_expiry(plan_id: int) -> bool:
    """Whether a plan is one of these, and not a list's. Held where there is no such plan."""
    return find_plan(plan_id).target.startswith(PREFIX)


def calendar_of(database: Database, on: date, *, window: int, audience: str = "") -> Calendar:
    """The day beside the nights of the last `window` days, and what a person has said of the audience's deletions."""
    longest = policy().waiting.longest_pause_days
    jump = database.one(
        "expire/jump", on=on, since=on - timedelta(days=window), longest=longest, target=PREFIX + audience
    )
    return Calendar(on, runs.last_night(database), longest, jump["jumped_to"], jump["jumped_from"])


def terms(audience: str, on: date) -> Mapping[str, Any]:
    """The dates by which SQL knows who is due: older than, never in a window."""
    retention = policy().audiences[audience].retention
    return {
        "audience": audience,
        "absent_before": on - timedelta(days=retention.absent_days),
        "unseen_before": on - timedelta(days=retention.unseen_days),
    }


def _decided(database: Database, audience: str, on: date) -> tuple[dict[str, int], Decision]:
    row = database.one("expire/count_due", **terms(audience, on))
    counts = {key: int(row[key]) for key in ("due", "still_listed", "addresses")}
    calendar = calendar_of(database, on, window=policy().audiences[audience].retention.unseen_days, audience=audience)
    return counts, decide(audience, counts["due"], counts["addresses"], calendar=calendar, rules=policy().expiry)


def _stored(
    database: Database, run_id: int, audience: str, on: date, counts: Mapping[str, int], decision: Decision
) -> int:
    """The plan's row and its items; without items where a hold forbids the deletion."""
    database.execute("plans/supersede", target=PREFIX + audience)
    held = [ACT] if decision.waits else []
    released = [ACT] if decision.released else []
    plan_id = int(
        database.one(
            "expire/make_plan", run_id=run_id, target=PREFIX + audience, at=utc_now(), counts=json.dumps(counts),
            released=released, held=held, reason=decision.waits,
        )["id"]
    )  # fmt: skip
    if not decision.holds:
        database.execute("expire/plan_items", plan_id=plan_id, **terms(audience, on))
    database.execute("expire/digest_items", plan_id=plan_id)
    return plan_id
