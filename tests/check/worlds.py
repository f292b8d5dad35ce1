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
        extract = _extracted(cursor, night_id, source)
        execute_values(
            cursor,
            "INSERT INTO staging.row (run_id, email, verdict) VALUES %s",
            [(extract, email, verdict) for email, verdict in rows],
        )
    connection.close()


def _extracted(cursor: psycopg2.extensions.cursor, night_id: int, source: str) -> int:
    """The run of a source's extract, with its proof."""
    cursor.execute("SELECT run_id FROM operations.proof WHERE night_id = %s AND source = %s", (night_id, source))
    if (found := cursor.fetchone()) is not None:
        return int(found[0])
    cursor.execute(
        "INSERT INTO operations.run (kind, subject, parent_id, owner, state, business_date, started_at, heartbeat_at,"
        " ended_at, policy_digest) SELECT 'extract', %s, id, 'test', 'done', business_date, now(), now(), now(), 'test'"
        " FROM operations.run WHERE id = %s RETURNING id",
        (source, night_id),
    )
    (extract,) = cursor.fetchone() or ()
    cursor.execute(
        "INSERT INTO operations.proof (run_id, night_id, source, audience, received, filtered, valid, rejected, staged,"
        " pages, contract, digest, started_at, ended_at, complete)"
        " VALUES (%s, %s, %s, 'person', 0, 0, 0, '{}', 0, 1, '', '', now(), now(), true)",
        (extract, night_id, source),
    )
    return int(extract)


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
