"""Rows of the registry put there and read directly, by the superuser: the state before and after an act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import psycopg2


def run_sql(admin_url: str, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """One statement; its rows where it gives any."""
    connection = psycopg2.connect(admin_url.replace("+psycopg2", ""))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def register(admin_url: str, audience: str, emails: Iterable[str]) -> None:
    """Addresses that are present in an audience."""
    run_sql(
        admin_url,
        "INSERT INTO registry.address (audience, email)"
        " SELECT %s, email FROM unnest(%s::text[]) WITH ORDINALITY AS given (email, place) ORDER BY place",
        audience,
        list(emails),
    )


def make_absent(admin_url: str, emails: Iterable[str], since: date) -> None:
    """Addresses whose absence was proven on that date."""
    run_sql(
        admin_url,
        "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address WHERE email = ANY(%s)"
        " ON CONFLICT (address_id) DO UPDATE SET absent_since = excluded.absent_since",
        since,
        since,
        list(emails),
    )


def make_present(admin_url: str, emails: Iterable[str]) -> None:
    """They are back."""
    run_sql(
        admin_url,
        "DELETE FROM registry.unseen USING registry.address a WHERE a.id = address_id AND a.email = ANY(%s)",
        list(emails),
    )


def addresses(admin_url: str, audience: str | None = None) -> set[str]:
    """Every address of the registry, present or not."""
    rows = run_sql(admin_url, "SELECT email, audience FROM registry.address")
    return {email for email, its_audience in rows if audience in (None, its_audience)}
