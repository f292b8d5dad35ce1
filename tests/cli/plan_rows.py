"""A plan that waits for a decision, as a night would leave it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.registry_rows import run_sql

TARGET = "henkiloasiakkaat"


def waiting_plan(environment: Mapping[str, str]) -> str:
    """Its id."""
    admin_url = environment["REGISTRY_ADMIN_URL"]
    ((run_id,),) = run_sql(
        admin_url,
        "INSERT INTO operations.run"
        " (kind, subject, business_date, owner, state, policy_digest, started_at, heartbeat_at, ended_at)"
        " VALUES ('sync', %s, '2026-11-23', 'test', 'done', 'x', now(), now(), now()) RETURNING id",
        TARGET,
    )
    ((plan_id,),) = run_sql(
        admin_url,
        "INSERT INTO operations.plan"
        " (run_id, kind, subject, state, made_at, counts, released, waiting, reason, digest, from_read)"
        " VALUES (%s, 'sync', %s, 'open', now(), '{\"remove\": 150, \"add\": 2}', '{add}', '{remove}',"
        " '150 removals of 400 listed, above 10%% and 100', 'x', true) RETURNING id",
        run_id,
        TARGET,
    )
    return str(plan_id)
