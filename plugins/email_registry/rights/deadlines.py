"""Which cases are open, and which are due soon: an alarm comes before the day, and every day after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held, contained
from email_registry.settings import policy


@contained
def due(on: date) -> list[dict[str, Any]]:
    """`{id, case, right, scope, received_on, due_on, days_left, state, brought}` of each open case, by the day due."""
    with transaction("report") as database:
        return due_in(database, on)


def due_in(database: Database, on: date) -> list[dict[str, Any]]:
    """The same, inside a transaction."""
    return [_row(row, on) for row in database.rows("rights/due")]


@contained
def require_none_due(on: date) -> None:
    """Held where a case is due within the policy's days or was due; nothing depends on it."""
    before = on + timedelta(days=policy().rights.alarm_days)
    late = [row for row in due(on) if row["due_on"] <= before]
    if late:
        said = "; ".join(f"case {row['case']} ({row['right']}) is due on {row['due_on']}" for row in late)
        raise Held(f"{said}: answer the person, with the reason where it has to take longer", runbook="rights-due")


def _row(row: Mapping[str, Any], on: date) -> dict[str, Any]:
    return {
        "id": row["id"], "case": row["number"], "right": row["right_used"], "scope": row["scope"],
        "received_on": row["received_on"], "due_on": row["due_on"],
        "days_left": (row["due_on"] - on).days, "state": row["state"], "brought": row["brought"],
    }  # fmt: skip
