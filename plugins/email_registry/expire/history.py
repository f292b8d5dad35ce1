"""What is no address ends too: what happened, what was seen of it, who was suppressed, sheets, the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from email_registry import audit, check, deliveries, runs
from email_registry.audit import journal, retention
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held, contained
from email_registry.expire.planning import calendar_of
from email_registry.settings import policy, utc_now
from email_registry.settings.clock import HELSINKI
from email_registry.settings.retention_policy import ALL

SUBJECT = "records"
AT_ONCE = 10_000
OF_RIGHTS = {"cases": "expire/clear_cases", "withdrawals": "expire/clear_withdrawals"}
# In an order that their references allow.
OF_RUNS = {
    "deliveries": "expire/clear_sheet_batches",
    "plans": "expire/clear_plans",
    "proofs": "expire/clear_proofs",
    "runs": "expire/clear_runs",
}
OF_PERSONS = {"acceptances": "expire/clear_acceptances", "freezes": "expire/clear_freezes"}  # what they decided


@contained
def clear_records(on: date, *, owner: str) -> Mapping[str, int]:
    """Delete what is older than `retention` of the policy keeps it. Returns how many of each kind.

    While a hold lasts nothing is, and `under_legal_hold` is 1. Held where the day does not go with the nights that are
    done: by a wrong clock all that happened would be old.
    """
    with runs.running("retention", "clear", SUBJECT, on, owner=owner) as run_id:
        may = records_may_go(on)
        if may:
            audit.begin("retention", "clear", SUBJECT, run_id=run_id)
        counts = _cleared(on, run_id) if may else {"under_legal_hold": 1}
        with transaction("retention") as database:
            audit.append(database, "clear", SUBJECT, counts, run_id=run_id, at=utc_now())
            runs.end(database, run_id, counts=counts)
    audit.anchor()
    return counts


@contained
def records_may_go(on: date) -> bool:
    """False while a hold of the policy lasts. Held where the day does not go with the nights that are done.

    After a pause that is too long to be believed, for as many days as would be.
    """
    with transaction("retention") as database:
        doubt = calendar_of(database, on, window=policy().waiting.longest_pause_days).doubt
    if doubt:
        raise Held(f"{doubt} No record was deleted", runbook="clock")
    return not policy().expiry.legal_holds_of(ALL, on)


def _cleared(on: date, run_id: int) -> dict[str, int]:
    kept = policy().retention
    counts = {"suppressions": _suppressions(on, kept.suppressions_days)}
    counts |= _happened(on - timedelta(days=kept.runs_days), run_id)
    counts |= _rights(on - timedelta(days=policy().rights.cases_days))
    counts["sheets"] = _sheets(on - timedelta(days=kept.sheets_days))
    counts["reports"] = check.forget_reports(on - timedelta(days=kept.reports_days))
    counts["events"] = retention.close_years(on)
    with transaction("retention") as database:
        before = on - timedelta(days=kept.journal_days)
        counts["forgotten"] = database.execute("expire/clear_forgotten", before=before)
    counts["journal"] = journal.prune(min(_instant(on), utc_now()) - timedelta(days=kept.journal_days))
    return counts


def _suppressions(on: date, days: int) -> int:
    """Ended where the last whole night of all its sources lacked the address, as did all nights for so long before."""
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
        entry = audit.Entry("ended", on, scope, key, form, digests)
        database.before_commit(lambda entry=entry: audit.note(entry))  # type: ignore[misc]
    return len(rows)


def _happened(before: date, run_id: int) -> dict[str, int]:
    """Runs from before that day with their proofs, plans and deliveries; items in bounded batches."""
    counts = dict.fromkeys(("items", *OF_RUNS, *OF_PERSONS), 0)
    with transaction("retention") as database:
        old = [row["id"] for row in database.rows("expire/find_old_runs", before=before)]
    while old:
        with transaction("retention") as database:
            items = database.execute("expire/clear_items", runs=old, batch=AT_ONCE)
        counts["items"] += items
        runs.heartbeat("retention", run_id)
        if not items:
            break
    with transaction("retention") as database:
        for kind, clear in OF_RUNS.items() if old else ():
            counts[kind] = database.execute(clear, runs=old)
        for kind, clear in OF_PERSONS.items():
            counts[kind] = database.execute(clear, before=_instant(before))
    return counts


def _rights(before: date) -> dict[str, int]:
    """Cases that were answered before that day, and objections taken back before it."""
    with transaction("retention") as database:
        return {kind: database.execute(clear, before=_instant(before)) for kind, clear in OF_RIGHTS.items()}


def _sheets(before: date) -> int:
    """Sheets that nobody imported are withdrawn; the next sync makes new ones."""
    withdrawn = 0
    for name, target in policy().targets.items():
        if deliveries.capabilities_of(target).needs_person and deliveries.has_ready_batch(
            name, made_before=_instant(before)
        ):
            deliveries.withdraw_sheets(name, by="retention")
            withdrawn += 1
    return withdrawn


def _instant(day: date) -> datetime:
    """The beginning of a local day."""
    return datetime.combine(day, time(), HELSINKI)
