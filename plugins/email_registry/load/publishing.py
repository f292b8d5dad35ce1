"""The load: one transaction an audience, with its run row and its audit event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from email_registry import audit, runs
from email_registry.boundaries.database import Database, comparing
from email_registry.errors import Held
from email_registry.load.candidates import Candidates, hold_to_proofs, proven_sources, staged_candidates
from email_registry.load.journaling import journal_back, journal_departed, journal_new
from email_registry.load.late_suppressions import suppressed_meanwhile
from email_registry.settings import policy, utc_now

NOTHING = {"new": 0, "returned": 0, "gone": 0, "unseen": 0}


def load_audience(night_id: int, audience: str, on: date, *, owner: str) -> Mapping[str, int]:
    """Bring the registry level with tonight's candidates. Returns new, returned, gone, unseen, unchanged.

    Absence is not deletion, and it is computed only when every source of the audience proved itself whole and
    passed the gate tonight; otherwise the audience's absences are frozen, and `frozen` is 1.
    """
    with (
        runs.running("loader", "load", audience, on, owner=owner, parent_id=night_id) as run_id,
        comparing("loader", "audience", audience) as database,
    ):
        counts = _changes(database, night_id, audience, on)
        runs.note(database, run_id, database.one("load/last_id"))
        audit.append(database, "load", audience, counts, run_id=run_id, at=utc_now())
        runs.end(database, run_id, counts=counts)
    return counts


def _changes(database: Database, night_id: int, audience: str, on: date) -> Mapping[str, int]:
    runs.hold_to_newest(database, "load", audience, on)
    proven = proven_sources(database, night_id, audience)
    whole = {source.source for source in proven if source.trusted} == set(policy().sources_of(audience))
    these = {"night_id": night_id, "audience": audience}
    staged = staged_candidates(database, night_id, audience)
    if _checked(database, night_id, audience, staged):
        return {**NOTHING, "unchanged": staged.candidates - staged.new, "frozen": int(not whole)}
    back = database.rows("load/returns", **these)
    journal_back(database, audience, [row["address_id"] for row in back], on)
    returned = sum(bool(row["was_absent"]) for row in back)
    gone = database.execute("load/absences", audience=audience, on=on) if whole else 0
    untrusted = [source.extract for source in proven if not source.trusted]
    unseen = _unseen(database, these, on, whole=whole, untrusted=untrusted)
    journal_departed(database, audience, on)
    left_out = suppressed_meanwhile(database, night_id, audience, [source.extract for source in proven])
    new = database.execute("load/inserts", **these, left_out=left_out)
    if staged.candidates > staged.new:  # not of a first load: a backup from before it is of an empty registry
        journal_new(database, night_id, audience, left_out, on)
    return {
        "new": new,
        "returned": returned,
        "gone": gone + unseen if whole else 0,
        "unseen": unseen,
        "unchanged": staged.candidates - len(left_out) - new - returned,
        "frozen": int(not whole),
    }


def _unseen(database: Database, these: Mapping[str, Any], on: date, *, whole: bool, untrusted: list[int]) -> int:
    """Note whom no source brought, trusted or not. Returns how many they are newly."""
    if not untrusted:
        return database.execute("load/unseen", **these, on=on, absent_since=on if whole else None)
    hold_to_proofs(database, **these)
    seen = database.rows("load/seen_by_untrusted", audience=these["audience"], untrusted=untrusted)
    journal_back(database, these["audience"], [row["address_id"] for row in seen], on)
    return database.execute("load/unseen_by_any", **these, on=on, untrusted=untrusted)


def _checked(database: Database, night_id: int, audience: str, staged: Candidates) -> bool:
    """The candidates must have passed the gate, and be those that passed it. True where they are loaded already."""
    passed = database.row("load/checked", night_id=night_id, audience=audience)
    if passed is None or passed["state"] != "done":
        raise Held(f"{audience}: the candidates did not pass the gate; nothing was changed", runbook="quality-stop")
    if (passed["new"], passed["missing"]) != (staged.new, staged.missing):
        raise Held(
            f"{audience}: {staged.new} new and {staged.missing} missing are staged, {passed['new']} and "
            f"{passed['missing']} passed the gate; nothing was changed. "
            "The database lost its staging: run the night again",
            runbook="staging-lost",
        )
    return bool(passed["loaded"])
