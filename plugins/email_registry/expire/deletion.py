"""Delete what a plan released, or what a person approved of it, in bounded batches with a journal entry each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from email_registry import audit, runs, suppression
from email_registry.audit import JournalEvent
from email_registry.boundaries.database import Database, locked
from email_registry.errors import Held, contained
from email_registry.expire.certificates import certify_pending
from email_registry.expire.planning import awaiting_decision, make_plan, terms
from email_registry.expire.table_rewrite import rewrite_where_due
from email_registry.plans import Decision, PlanState, StoredPlan, find_plan
from email_registry.settings import policy, utc_now


@contained
def expire(audience: str, on: date, *, owner: str) -> Mapping[str, int]:
    """Plan and delete the addresses that are due on that date and on no list. Returns deleted, still_listed.

    Held when they are above the policy's limit, or when the date is far from the nights. A person then decides.
    """
    plan = make_plan(audience, on, owner=owner)
    assert plan.id is not None  # noqa: S101  only a dry run has none
    if plan.reason is not None:
        raise awaiting_decision(plan.id, audience, plan.reason)
    return delete(plan.id, owner=owner)


@contained
def delete(plan_id: int, *, owner: str) -> Mapping[str, int]:
    """Delete the plan's items that are still due, rewrite the tables and certify. Returns deleted, still_listed.

    Held when a person has not approved the plan, or a newer one took its place. It may be killed anywhere and run
    again.
    """
    plan = find_plan(plan_id)
    audience = plan.subject
    if plan.waiting and plan.decision != Decision.APPROVED:
        raise awaiting_decision(plan_id, audience, plan.reason)
    on = plan.business_date
    with runs.running("retention", runs.RunKind.EXPIRE, audience, on, owner=owner) as run_id:
        _note_rule(plan, audience, run_id)
        while _delete_batch(plan, audience, run_id):
            runs.heartbeat("retention", run_id)
        with locked("retention", "audience", audience) as database:
            counts = _close_plan(database, plan, audience, run_id)
        rewrite_where_due(on, audience)
        certify_pending(audience)
        with locked("retention", "audience", audience) as database:
            runs.end(database, run_id, counts=counts)
    audit.anchor()
    return {key: counts[key] for key in ("deleted", "still_listed", "under_legal_hold") if key in counts}


def _note_rule(plan: StoredPlan, audience: str, run_id: int) -> None:
    """Store what the certificate will say, because another run may write it."""
    with locked("retention", "audience", audience) as database:
        runs.note(database, run_id, {"plan": plan.id, "rule": policy().audiences[audience].retention.model_dump()})


def _delete_batch(plan: StoredPlan, audience: str, run_id: int) -> bool:
    """Delete some items of the plan that are still due, in one transaction. Returns False when nothing is left."""
    with locked("retention", "audience", audience) as database:
        state = database.one("plans/find_plan", plan_id=plan.id)["state"]
        if state == PlanState.SUPERSEDED:
            raise Held(f"plan {plan.id} of {audience} is superseded; the rest was not deleted", runbook="expiry-held")
        legal_holds = policy().expiry.legal_holds_of(audience, plan.business_date)
        if legal_holds:
            if plan.waiting:
                raise Held(
                    f"{audience}: {', '.join(legal_holds)} forbids it; nothing was deleted", runbook="expiry-held"
                )
            return False
        at = utc_now()
        rows = database.rows(
            "expire/delete_batch", plan_id=plan.id, batch=policy().expiry.batch_size, at=at,
            **terms(audience, plan.business_date),
        )  # fmt: skip
        deleted = [row["email"] for row in rows if row["email"] is not None]
        suppression.journal(database, JournalEvent.DELETED, audience, deleted, plan.business_date)
        if rows:
            database.execute(
                "expire/count_deleted", run_id=run_id, deleted=len(deleted), spared=len(rows) - len(deleted),
                absent=sum(bool(row["absent"]) for row in rows), at=at.isoformat(),
            )  # fmt: skip
            counts = {"deleted": len(deleted), "plan": plan.id}
            audit.append(database, "delete", audience, counts, run_id=run_id, at=at)
    return bool(rows)


def _close_plan(database: Database, plan: StoredPlan, audience: str, run_id: int) -> dict[str, int]:
    """Close a plan that is done, and store the event."""
    run_counts = runs.counts(database, run_id)
    due = database.one("expire/count_due", **terms(audience, plan.business_date))
    counts = {"deleted": int(run_counts.get("deleted", 0)), "still_listed": int(due["still_listed"])}
    if plan.released == [] and not plan.waiting:
        counts["under_legal_hold"] = int(due["due"])
    database.execute("plans/close_plan", plan_id=plan.id)
    audit.append(database, "expire", audience, {**counts, "plan": plan.id}, run_id=run_id, at=utc_now())
    return counts
