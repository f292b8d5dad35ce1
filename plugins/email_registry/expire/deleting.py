"""Deleting who is due, rewriting the bytes, and certifying it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from email_registry import audit, runs
from email_registry.boundaries.database import locked, outside_transaction
from email_registry.boundaries.files import write_private
from email_registry.errors import Held, contained
from email_registry.expire.planning import due_in, terms
from email_registry.settings import environment, policy, utc_now


@contained
def expire(audience: str, on: date, *, owner: str, approved: bool = False) -> Mapping[str, int]:
    """Delete who is due on that date and off every target. Returns deleted, still_listed.

    Held above the policy's breaker, unless a person approved. After a deletion the table is rewritten: DELETE and
    VACUUM leave addresses in the heap's bytes.
    """
    with runs.running("retention", "expire", audience, on, owner=owner) as run_id:
        with locked("retention", "audience", audience) as database:
            due = due_in(database, audience, on)
            if due.reason is not None and not approved:
                raise Held(f"{audience}: {due.reason}; nothing was deleted", runbook="expiry-held")
            owed = {row["id"]: row for row in database.rows("expire/owed", audience=audience)}
            before = owed[run_id]["deleted"] if run_id in owed else 0  # this very run, taken up again
            deleted = before + database.execute("expire/delete_due", **terms(audience, on))
            counts = {"deleted": deleted, "still_listed": due.still_listed}
            audit.append(database, "expire", audience, counts, run_id=run_id, at=utc_now())
            owed[run_id] = {"business_date": on, "deleted": deleted}
            owed = {run: row for run, row in owed.items() if row["deleted"]}
            runs.note(database, run_id, counts)
            if not owed:
                runs.end(database, run_id, counts=counts)
        if owed:
            outside_transaction("retention", "expire/rewrite")
            for run, row in owed.items():
                _certify(run, audience, row["business_date"], row["deleted"])
            with locked("retention", "audience", audience) as database:
                for run in owed:
                    runs.note(database, run, {"rewritten": 1})
                runs.end(database, run_id, counts=counts)
    audit.anchor()
    return counts


def _certify(run_id: int, audience: str, on: date, deleted: int) -> None:
    rules = policy()
    certificate = {
        "controller": rules.office.controller.fi,
        "audience": audience,
        "deleted": deleted,
        "rule": rules.audiences[audience].retention.model_dump(),
        "policy_digest": rules.digest,
        "business_date": on.isoformat(),
        "rewritten_at": utc_now().isoformat(),
        "run": run_id,
    }
    path = environment().certificates / f"deletion-{on.isoformat()}-{audience}-{run_id}.json"
    write_private(path, json.dumps(certificate, ensure_ascii=False, indent=2) + "\n")
