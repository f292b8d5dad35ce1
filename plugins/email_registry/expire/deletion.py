"""Deleting what a plan released, or what a person approved of it: in bounded batches, each with its journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from email_registry import audit, runs, suppression
from email_registry.boundaries.database import Database, locked
from email_registry.errors import Held, contained
from email_registry.expire.certificates import certify_owed
from email_registry.expire.planning import PREFIX, make_plan, terms, waits
from email_registry.expire.rewrite import rewrite_where_due
from email_registry.plans import StoredPlan, find_plan
from email_registry.settings import policy, utc_now


@contained
def expire(audience: str, on: date, *, owner: str) -> Mapping[str, int]:
    """Plan and delete who is due on that date and off every target. Returns deleted, still_listed.

    Held above the policy's breaker, and where the date is far from the nights: a person approves the plan.
    """
    plan = make_plan(audience, on, owner=owner)
    assert plan.id is not None  # noqa: S101  only a dry run has none
    if plan.reason is not None:
        raise waits(plan.id, audience, plan.reason)
    return delete(plan.id, owner=owner)


@contained
def delete(plan_id: int, *, owner: str) -> Mapping[str, int]:
    """Delete the plan's items that are still due, and no others; rewrite and certify. Returns deleted, still_listed.

    Held where a person has yet to approve the plan, or a newer one took its place. Killed anywhere it can be run again.
    """
    plan = find_plan(plan_id)
    audience = plan.target.removeprefix(PREFIX)
    if plan.held and plan.decision != "approved":
        raise waits(plan_id, audience, plan.reason)
    on = plan.business_date
    with runs.running("retention", "expire", audience, on, owner=owner) as run_id:
        _note(plan, audience, run_id)
        while _batch(plan, audience, run_id):
            runs.heartbeat("retention", run_id)
        with locked("retention", "audience", audience) as database:
            counts = _done(database, plan, audience, run_id)
        rewrite_where_due(on, audience)
        certify_owed(audience)
        with locked("retention", "audience", audience) as database:
            runs.end(database, run_id, counts=counts)
    audit.anchor()
    return {key: counts[key] for key in ("deleted", "still_listed", *(["on_hold"] if "on_hold" in counts else []))}


def _note(plan: StoredPlan, audience: str, run_id: int) -> None:
    """What the certificate will say of it, whoever writes that."""
    with locked("retention", "audience", audience) as database:
        runs.note(database, run_id, {"plan": plan.id, "rule": policy().audiences[audience].retention.model_dump()})


def _batch(plan: StoredPlan, audience: str, run_id: int) -> bool:
    """One transaction: some items of the plan, and who of them is still due. False when nothing is left."""
    with locked("retention", "audience", audience) as database:
        state = database.one("plans/find_plan", plan_id=plan.id)["state"]
        if state == "superseded":
            raise Held(f"plan {plan.id} of {audience} is superseded; the rest was not deleted", runbook="expiry-held")
        holds = policy().expiry.holding(audience, plan.business_date)
        if holds:
            if plan.held:
                raise Held(f"{audience}: {', '.join(holds)} forbids it; nothing was deleted", runbook="expiry-held")
            return False
        these, at = terms(audience, plan.business_date), utc_now()
        rows = database.rows("expire/delete_batch", plan_id=plan.id, batch=policy().expiry.batch_size, at=at, **these)
        gone = [row["email"] for row in rows if row["email"] is not None]
        suppression.journal(database, "deleted", audience, gone, plan.business_date)
        if rows:
            database.execute(
                "expire/count_deleted", run_id=run_id, deleted=len(gone), spared=len(rows) - len(gone),
                absent=sum(bool(row["absent"]) for row in rows), at=at.isoformat(),
            )  # fmt: skip
            said = {"deleted": len(gone), "plan": plan.id}
            audit.append(database, "delete", audience, said, run_id=run_id, at=at)
    return bool(rows)


def _done(database: Database, plan: StoredPlan, audience: str, run_id: int) -> dict[str, int]:
    """All of the plan is done: close it, and say so in the audit."""
    found = runs.counts(database, run_id)
    due = database.one("expire/count_due", **terms(audience, plan.business_date))
    counts = {"deleted": int(found.get("deleted", 0)), "still_listed": int(due["still_listed"])}
    if plan.released == [] and not plan.held:
        counts["on_hold"] = int(due["due"])
    database.execute("plans/close_plan", plan_id=plan.id)
    audit.append(database, "expire", audience, {**counts, "plan": plan.id}, run_id=run_id, at=utc_now())
    return counts
