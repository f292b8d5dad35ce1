"""Records of runs, nights and syncs for the tests of clearing the history."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from typing import Any

from email_registry import expire
from tests.registry_rows import run_sql

TODAY = date(2026, 11, 23)


def run(admin_url: str, kind: str, subject: str, on: date, *, under: int | None = None, **counts: Any) -> int:
    """Insert a run that is done, and return its id."""
    ((run_id,),) = run_sql(
        admin_url,
        "INSERT INTO operations.run (kind, subject, parent_id, owner, state, business_date, started_at, heartbeat_at,"
        " ended_at, policy_digest, counts) VALUES (%s, %s, %s, 'x', 'done', %s, %s, %s, %s, '', %s) RETURNING id",
        kind, subject, under, on, on, on, on, json.dumps(counts),
    )  # fmt: skip
    return int(run_id)


def night(admin_url: str, on: date, *, whole: tuple[str, ...] = ("person", "company")) -> int:
    """Insert a night with what it leaves: a proof, loads, and a sync with its plan and an item."""
    night_id = run(admin_url, "night", "registry", on)
    extract = run(admin_url, "extract", "ura_persons", on, under=night_id)
    run_sql(
        admin_url,
        "INSERT INTO operations.proof (run_id, night_id, source, audience, received, filtered, valid, rejected, staged,"
        " pages, contract, digest, started_at, ended_at, complete)"
        " VALUES (%s, %s, 'ura_persons', 'person', 1, 0, 1, '{}', 1, 1, '', '', %s, %s, true)",
        extract, night_id, on, on,
    )  # fmt: skip
    for audience in ("person", "company"):
        run(admin_url, "load", audience, on, under=night_id, absences_skipped=int(audience not in whole))
    synced = run(admin_url, "sync", "henkiloasiakkaat", on)
    ((plan,),) = run_sql(
        admin_url,
        "INSERT INTO operations.plan (run_id, kind, subject, state, made_at, counts, released, waiting, digest)"
        " VALUES (%s, 'sync', 'henkiloasiakkaat', 'done', %s, '{}', '{}', '{}', '') RETURNING id",
        synced, on,
    )  # fmt: skip
    run_sql(admin_url, "INSERT INTO operations.plan_item (plan_id, action, address_id) VALUES (%s, 'add', 1)", plan)
    return night_id


def clear_after_a_night(on: date = TODAY) -> dict[str, int]:
    """Clear the history of that day, after a night two weeks before: a pause of two weeks is believed."""
    run(os.environ["REGISTRY_ADMIN_URL"], "night", "registry", on - timedelta(days=14))
    return dict(expire.clear_history(on, owner=f"test {on}"))


def count_records(admin_url: str) -> dict[str, int]:
    """Count the rows of each table of records."""
    tables = ("run", "proof", "plan", "plan_item")
    return {t: run_sql(admin_url, f"SELECT count(*) FROM operations.{t} WHERE true")[0][0] for t in tables}
