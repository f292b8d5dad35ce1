"""A list that a bulletin is being sent from stands still: it gets no additions until it is thawed.

Objections and departures are removed from it all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from email_registry import audit
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import ConfigurationError, Held, contained
from email_registry.lists.targets import require_known_target
from email_registry.settings import utc_now

LONGEST_DAYS = 60


@contained
def freeze(name: str, on: date, until: date, *, by: str, why: str) -> None:
    """Freeze a target up to the end of `until`. A second freeze changes the end. ConfigurationError for a past day."""
    require_known_target(name)
    if not 0 <= (until - on).days <= LONGEST_DAYS:
        raise ConfigurationError(f"--until must be a day from {on} on, at most {LONGEST_DAYS} days ahead")
    with transaction("list_sync") as database:
        database.execute("lists/freeze", target=name, until=until, at=utc_now(), by=by, why=why)
        counts = {"until": until.isoformat(), "why": why}
        audit.append(database, "freeze", name, counts, run_id=None, at=utc_now(), by=by)
    audit.anchor()


@contained
def thaw(name: str, *, by: str, why: str) -> None:
    """Let additions through again. Held where the target is not frozen."""
    require_known_target(name)
    with transaction("list_sync") as database:
        if not database.execute("lists/thaw", target=name, at=utc_now()):
            raise Held(f"target {name} is not frozen; nothing was changed", runbook="frozen-list")
        audit.append(database, "thaw", name, {"why": why}, run_id=None, at=utc_now(), by=by)
    audit.anchor()


def find_freeze(database: Database, name: str, on: date) -> Mapping[str, Any] | None:
    """Find `{until, frozen_by}` where additions to the target wait for a thaw on that date; None where they do not."""
    return database.row("lists/find_freeze", target=name, on=on)
