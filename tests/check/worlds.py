"""A night's staged rows and candidates, put there directly: the gate is judged without what stands before it."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg2
from psycopg2.extras import execute_values


def _connect(admin_url: str) -> psycopg2.extensions.connection:
    return psycopg2.connect(admin_url.replace("+psycopg2", ""))


def open_night(admin_url: str, night_id: int, on: str = "2026-01-15") -> int:
    """A night's run row."""
    connection = _connect(admin_url)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO operations.run (id, kind, subject, owner, state, business_date, started_at, heartbeat_at,"
            " ended_at, policy_digest) OVERRIDING SYSTEM VALUE"
            " VALUES (%s, 'night', 'registry', 'test', 'done', %s, now(), now(), now(), 'test')",
            (night_id, on),
        )
    connection.close()
    return night_id


def stage(admin_url: str, night_id: int, source: str, rows: Iterable[tuple[str | None, str]]) -> None:
    """Rows (email, verdict) of a source."""
    connection = _connect(admin_url)
    with connection, connection.cursor() as cursor:
        execute_values(
            cursor,
            "INSERT INTO staging.row (run_id, source, audience, email, verdict) VALUES %s",
            [(night_id, source, "person", email, verdict) for email, verdict in rows],
        )
    connection.close()


def propose(admin_url: str, night_id: int, audience: str, emails: Iterable[str]) -> None:
    """Candidates of an audience."""
    connection = _connect(admin_url)
    with connection, connection.cursor() as cursor:
        execute_values(
            cursor,
            "INSERT INTO staging.candidate (run_id, audience, email) VALUES %s",
            [(night_id, audience, email) for email in emails],
        )
    connection.close()


def addresses(count: int) -> list[str]:
    """Distinct canonical addresses."""
    return [f"nimi.{number}@osasto{number % 7}.sandbox-posti.fi" for number in range(count)]
