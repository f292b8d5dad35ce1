"""Which cases are open, and which are due soon. The alarm comes some days before the due day and every day after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held, contained
from email_registry.settings import policy


@contained
def open_cases(on: date) -> list[dict[str, Any]]:
    """Return the open cases by their due day.

    Each is `{id, case, right, scope, received_on, due_on, days_left, state, brought}`.
    """
    with transaction("report") as database:
        return open_cases_in(database, on)


def open_cases_in(database: Database, on: date) -> list[dict[str, Any]]:
    """Return the same, in the caller's transaction."""
    return [_row(row, on) for row in database.rows("rights/find_open")]


@contained
def require_none_due(on: date) -> None:
    """Raise Held when a case is due within the policy's days, or was due. Nothing waits for this check."""
    last = on + timedelta(days=policy().rights.alarm_days)
    due = [row for row in open_cases(on) if row["due_on"] <= last]
    if due:
        text = "; ".join(f"case {row['case']} ({row['right']}) is due on {row['due_on']}" for row in due)
        raise Held(f"{text}: answer the person, with the reason where it has to take longer", runbook="rights-due")


def _row(row: Mapping[str, Any], on: date) -> dict[str, Any]:
    return {
        "id": row["id"], "case": row["number"], "right": row["right_used"], "scope": row["scope"],
        "received_on": row["received_on"], "due_on": row["due_on"],
        "days_left": (row["due_on"] - on).days, "state": row["state"], "brought": row["brought"],
    }  # fmt: skip
