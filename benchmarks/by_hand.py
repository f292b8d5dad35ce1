"""What the gate's suites count, counted by one query a suite: what one would write instead of Great Expectations."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg2

from email_registry.check.gx import View
from email_registry.check.suites import load_suite
from email_registry.settings.environment import registry_url

SQL = Path(__file__).parent / "sql"


def count(night_id: int, source: str, audience: str) -> tuple[list[dict[str, int]], float]:
    """For each suite a count an expectation, by its notes: rows, else how many are not as expected."""
    views = {"staged": View("row_under_check", night_id, source)}
    views["candidates"] = View("candidate_under_check", night_id, audience)
    began = time.perf_counter()
    counts = [_counted(suite, view) for suite, view in views.items()]
    return counts, time.perf_counter() - began


def _counted(suite: str, view: View) -> dict[str, int]:
    expectations = load_suite(suite)["expectations"]
    connection = psycopg2.connect(registry_url().replace("+psycopg2", ""), options=view.session)
    try:
        with connection.cursor() as cursor:
            cursor.execute((SQL / f"check_{suite}.sql").read_text(encoding="utf-8"), _suite_values(expectations))
            return dict(zip((one["notes"] for one in expectations), cursor.fetchone() or (), strict=True))
    finally:
        connection.close()


def _suite_values(expectations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The suite's own patterns and sets: given_3 is its third expectation's."""
    values = [one["kwargs"].get("regex") or one["kwargs"].get("value_set") for one in expectations]
    return {f"given_{number}": value for number, value in enumerate(values, start=1) if value}
