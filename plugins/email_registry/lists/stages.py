"""The stage of a list: observed, live, or handed back to people. Only a live list receives deliveries."""

from __future__ import annotations

from collections.abc import Mapping

from email_registry import audit
from email_registry.boundaries.database import Database
from email_registry.lists.states import Stage
from email_registry.plans import PlanKind, supersede
from email_registry.settings import policy, utc_now

# The audit's word for the move to each stage.
MOVES: Mapping[Stage, str] = {Stage.OBSERVED: "observe", Stage.LIVE: "go_live", Stage.HANDED_BACK: "hand_back"}


def stage_of(database: Database, name: str) -> Stage:
    """Return the target's stage. Until somebody has moved it, the policy says where it begins."""
    row = database.row("lists/find_stage", target=name)
    return Stage(row["stage"] if row else policy().sync.begins)


def move_to_stage(database: Database, name: str, stage: Stage, *, by: str, why: str) -> None:
    """Move the target in the caller's transaction, with an event. A plan that waits is superseded."""
    at = utc_now()
    supersede(database, PlanKind.SYNC, name)
    database.execute("lists/move_to_stage", target=name, stage=stage.value, at=at, by=by, why=why)
    audit.append(database, MOVES[stage], name, {"why": why}, run_id=None, at=at, by=by)


def release_withheld(database: Database, *, by: str, why: str, target: str | None = None) -> int:
    """Note that we know and have suppressed everyone who had left a list before it was adopted. Others may be added.

    This is for one target, or for all of them. Returns the number of lists that were adopted and not known yet.
    """
    lists = database.execute("lists/note_departures_known", at=utc_now(), by=by, why=why, target=target)
    if lists:
        database.execute("lists/release_withheld")
    return lists
