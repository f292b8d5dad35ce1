"""Load an audience in one transaction, together with the end of its run and its audit event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from email_registry import audit, runs
from email_registry.boundaries.database import Database, comparing
from email_registry.errors import Held
from email_registry.load.candidates import Candidates, proven_sources, require_proven_rows, staged_candidates
from email_registry.load.journaling import journal_departed, journal_new, journal_returned
from email_registry.load.late_suppressions import suppressed_meanwhile
from email_registry.runs import RunKind, RunState
from email_registry.settings import policy, utc_now

NOTHING = {"new": 0, "returned": 0, "absent": 0, "unseen": 0}


def load_audience(night_id: int, audience: str, on: date, *, owner: str) -> Mapping[str, int]:
    """Make the registry equal to tonight's candidates. Returns new, returned, absent, unseen, unchanged.

    An absent address is not deleted. Absence is computed only when every source of the audience was complete and passed
    the gate tonight. Otherwise no address of the audience becomes absent, and `absences_skipped` is 1. Raises Held when
    the candidates did not pass the gate.
    """
    with (
        runs.running("loader", RunKind.LOAD, audience, on, owner=owner, parent_id=night_id) as run_id,
        comparing("loader", "audience", audience) as database,
    ):
        counts = _changes(database, night_id, audience, on)
        runs.note(database, run_id, database.one("load/last_id"))
        audit.append(database, "load", audience, counts, run_id=run_id, at=utc_now())
        runs.end(database, run_id, counts=counts)
    return counts


def _changes(database: Database, night_id: int, audience: str, on: date) -> Mapping[str, int]:
    runs.require_newest(database, RunKind.LOAD, audience, on)
    proven = proven_sources(database, night_id, audience)
    all_trusted = {source.source for source in proven if source.trusted} == set(policy().sources_of(audience))
    subject = {"night_id": night_id, "audience": audience}
    staged = staged_candidates(database, night_id, audience)
    if _require_checked(database, night_id, audience, staged):
        return {**NOTHING, "unchanged": staged.candidates - staged.new, "absences_skipped": int(not all_trusted)}
    brought_again = database.rows("load/returns", **subject)
    journal_returned(database, audience, [row["address_id"] for row in brought_again], on)
    returned = sum(bool(row["was_absent"]) for row in brought_again)
    proven_absent = database.execute("load/absences", audience=audience, on=on) if all_trusted else 0
    untrusted = [source.extract for source in proven if not source.trusted]
    unseen = _unseen(database, subject, on, whole=all_trusted, untrusted=untrusted)
    journal_departed(database, audience, on)
    left_out = suppressed_meanwhile(database, night_id, audience, [source.extract for source in proven])
    new = database.execute("load/inserts", **subject, left_out=left_out)
    if staged.candidates > staged.new:  # a first load is not noted, because a backup from before it has no addresses
        journal_new(database, night_id, audience, left_out, on)
    return {
        "new": new,
        "returned": returned,
        "absent": proven_absent + unseen if all_trusted else 0,
        "unseen": unseen,
        "unchanged": staged.candidates - len(left_out) - new - returned,
        "absences_skipped": int(not all_trusted),
    }


def _unseen(database: Database, subject: Mapping[str, Any], on: date, *, whole: bool, untrusted: list[int]) -> int:
    """Note the addresses that no source brought, trusted or not. Returns how many of them were not unseen before."""
    if not untrusted:
        return database.execute("load/unseen", **subject, on=on, absent_since=on if whole else None)
    require_proven_rows(database, **subject)
    seen_again = database.rows("load/seen_by_untrusted", audience=subject["audience"], untrusted=untrusted)
    journal_returned(database, subject["audience"], [row["address_id"] for row in seen_again], on)
    return database.execute("load/unseen_by_any", **subject, on=on, untrusted=untrusted)


def _require_checked(database: Database, night_id: int, audience: str, staged: Candidates) -> bool:
    """Raise Held unless exactly these candidates passed the gate. Returns whether they are loaded already."""
    passed = database.row("load/checked", night_id=night_id, audience=audience)
    if passed is None or passed["state"] != RunState.DONE:
        raise Held(f"{audience}: the candidates did not pass the gate; nothing was changed", runbook="quality-stop")
    if (passed["new"], passed["not_brought"]) != (staged.new, staged.not_brought):
        raise Held(
            f"{audience}: {staged.new} new and {staged.not_brought} not brought are staged, {passed['new']} and "
            f"{passed['not_brought']} passed the gate; nothing was changed. "
            "The database lost its staging: run the night again",
            runbook="staging-lost",
        )
    return bool(passed["loaded"])
