"""Where a list stands: observed, live, or given back to people's hands. Only a live one is delivered to."""

from __future__ import annotations

from typing import Literal

from email_registry import audit
from email_registry.boundaries.database import Database
from email_registry.settings import policy, utc_now

Stage = Literal["observe", "live", "retreated"]


def stage_of(database: Database, name: str) -> Stage:
    """The target's stage; until somebody has moved it, the policy's."""
    row = database.row("lists/stage", target=name)
    stage: Stage = row["stage"] if row else policy().sync.begins
    return stage


def move(database: Database, name: str, stage: Stage, *, by: str, why: str) -> None:
    """Move it, in the caller's transaction, with its event. A plan that waits is of a stage that has ended."""
    at = utc_now()
    database.execute("plans/supersede", target=name)
    database.execute("lists/move_stage", target=name, stage=stage, at=at, by=by, why=why)
    audit.append(database, stage, name, {"why": why}, run_id=None, at=at, by=by)


def know_who_left(database: Database, *, by: str, why: str, target: str | None = None) -> int:
    """Who had left before a list was adopted is known, and suppressed: the others may be added. Returns of how many
    lists."""
    known = database.execute("lists/know_who_left", at=utc_now(), by=by, why=why, target=target)
    if known:
        database.execute("lists/release_withheld")
    return known
