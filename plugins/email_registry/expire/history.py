"""Clear the history: delete old runs, plans, suppressions, cases, sheets, reports and lines of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from email_registry import audit, check, deliveries, runs
from email_registry.audit import close_years, journal
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held, contained
from email_registry.expire.planning import calendar_of
from email_registry.runs import RunKind
from email_registry.settings import policy, utc_now
from email_registry.settings.clock import HELSINKI
from email_registry.settings.retention_policy import ALL

SUBJECT = "records"
ITEMS_PER_BATCH = 10_000
RIGHTS_STATEMENTS = {"cases": "expire/clear_cases", "withdrawals": "expire/clear_withdrawals"}
# In an order that their references allow.
RUN_STATEMENTS = {
    "sheet_batches": "expire/clear_sheet_batches",
    "plans": "expire/clear_plans",
    "proofs": "expire/clear_proofs",
    "runs": "expire/clear_runs",
}
# Decisions of persons.
DECISION_STATEMENTS = {"acceptances": "expire/clear_acceptances", "freezes": "expire/clear_freezes"}


@contained
def clear_history(on: date, *, owner: str) -> Mapping[str, int]:
    """Delete what is older than `retention` of the policy keeps it. Returns how many of each kind.

    While a legal hold lasts nothing is deleted, and `under_legal_hold` is 1. Held when the date contradicts the nights
    that are done, because a wrong clock would make every record look old.
    """
    with runs.running("retention", RunKind.CLEAR_HISTORY, SUBJECT, on, owner=owner) as run_id:
        allowed = may_clear_history(on)
        if allowed:
            audit.begin("retention", RunKind.CLEAR_HISTORY, SUBJECT, run_id=run_id)
        counts = _clear_all(on, run_id) if allowed else {"under_legal_hold": 1}
        with transaction("retention") as database:
            audit.append(database, "clear", SUBJECT, counts, run_id=run_id, at=utc_now())
            runs.end(database, run_id, counts=counts)
    audit.anchor()
    return counts


@contained
def may_clear_history(on: date) -> bool:
    """Return False while a legal hold of the policy lasts. Held when the date contradicts the nights that are done.

    After a pause that is too long, it is held for as many days as the longest pause that is believed.
    """
    with transaction("retention") as database:
        doubt = calendar_of(database, on, window=policy().waiting.longest_pause_days).doubt
    if doubt:
        raise Held(f"{doubt} No record was deleted", runbook="clock")
    return not policy().expiry.legal_holds_of(ALL, on)


def _clear_all(on: date, run_id: int) -> dict[str, int]:
    kept = policy().retention
    counts = {"suppressions": _end_old_suppressions(on, kept.suppressions_days)}
    counts |= _clear_runs(on - timedelta(days=kept.runs_days), run_id)
    counts |= _clear_rights(on - timedelta(days=policy().rights.cases_days))
    counts["sheets"] = _withdraw_old_sheets(on - timedelta(days=kept.sheets_days))
    counts["reports"] = check.forget_reports(on - timedelta(days=kept.reports_days))
    counts["events"] = close_years(on)
    with transaction("retention") as database:
        before = on - timedelta(days=kept.journal_days)
        counts["added_since_backup"] = database.execute("expire/clear_added_since_backup", before=before)
    counts["journal"] = journal.prune(min(_instant(on), utc_now()) - timedelta(days=kept.journal_days))
    return counts


def _end_old_suppressions(on: date, days: int) -> int:
    """End suppressions whose address every night has lacked for `days`, up to the last whole night of all sources."""
    ended = 0
    with transaction("rights") as database:
        rows = database.rows("expire/find_last_whole_loads")
        whole = {row["audience"]: row["whole_on"] for row in rows if row["audience"] in policy().audiences}
        every = min(whole.values()) if len(whole) == len(policy().audiences) else None
        for scope, whole_on in {**whole, ALL: every}.items():
            if whole_on is not None:
                ended += _end(database, scope, min(whole_on, on) - timedelta(days=days), on)
    return ended


def _end(database: Database, scope: str, before: date, on: date) -> int:
    rows = database.rows("expire/end_suppressions", scope=scope, before=before)
    for key, form in sorted({(row["key_version"], row["form_version"]) for row in rows}):
        digests = [bytes(row["digest"]) for row in rows if (row["key_version"], row["form_version"]) == (key, form)]
        entry = audit.Entry(audit.JournalEvent.ENDED, on, scope, key, form, digests)
        database.before_commit(lambda entry=entry: audit.note(entry))  # type: ignore[misc]
    return len(rows)


def _clear_runs(before: date, run_id: int) -> dict[str, int]:
    """Delete runs from before that day with their proofs, plans and sheet batches; items go in bounded batches."""
    counts = dict.fromkeys(("items", *RUN_STATEMENTS, *DECISION_STATEMENTS), 0)
    with transaction("retention") as database:
        old = [row["id"] for row in database.rows("expire/find_old_runs", before=before)]
    while old:
        with transaction("retention") as database:
            items = database.execute("expire/clear_items", runs=old, batch=ITEMS_PER_BATCH)
        counts["items"] += items
        runs.heartbeat("retention", run_id)
        if not items:
            break
    with transaction("retention") as database:
        for kind, statement in RUN_STATEMENTS.items() if old else ():
            counts[kind] = database.execute(statement, runs=old)
        for kind, statement in DECISION_STATEMENTS.items():
            counts[kind] = database.execute(statement, before=_instant(before))
    return counts


def _clear_rights(before: date) -> dict[str, int]:
    """Delete cases that were answered before that day, and withdrawals from before it."""
    with transaction("retention") as database:
        return {
            kind: database.execute(statement, before=_instant(before)) for kind, statement in RIGHTS_STATEMENTS.items()
        }


def _withdraw_old_sheets(before: date) -> int:
    """Withdraw sheets that nobody imported. The next sync makes new ones."""
    withdrawn = 0
    for name, target in policy().targets.items():
        if deliveries.capabilities_of(target).needs_person and deliveries.has_ready_batch(
            name, made_before=_instant(before)
        ):
            deliveries.withdraw_sheets(name, by="retention")
            withdrawn += 1
    return withdrawn


def _instant(day: date) -> datetime:
    """Return the beginning of a local day."""
    return datetime.combine(day, time(), HELSINKI)
