"""Nights of a small registry with invented sources: SQL stages them, no gate judges them, the real load loads them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg2
from psycopg2.extras import Json

from email_registry import extract, load, night, runs
from email_registry.errors import Held
from email_registry.runs import RunKind
from email_registry.settings import policy


@dataclass(frozen=True)
class Brought:
    """What a source brings. It is whole and passed, whole and stopped by the gate, or not whole."""

    emails: Collection[str] = ()
    whole: bool = True
    passes: bool = True


AWAY = Brought(whole=False)


class Nights:
    """Plays nights through one connection of the superuser."""

    def __init__(self, admin_url: str) -> None:
        self._connection = psycopg2.connect(admin_url.replace("+psycopg2", ""))
        self._connection.autocommit = True
        self._cursor = self._connection.cursor()

    def close(self) -> None:
        self._connection.close()

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        self._cursor.execute(query, parameters or None)
        return self._cursor.fetchall() if self._cursor.description else []

    def play(self, on: date, brought: Mapping[str, Brought], *, owner: str | None = None) -> bool:
        """Play a night from the staged rows on. Sources that are not named are away. False if it was held."""
        night_id = runs.begin("loader", RunKind.NIGHT, "registry", on, owner=owner or f"test {on}")
        extract.clear()
        for source in policy().sources:
            self._staged(night_id, source, on, brought.get(source, AWAY))
        for audience in {policy().sources[source].audience for source in brought}:
            counts = load.prepare_candidates(night_id, audience)
            self._judged(night_id, audience, on, passes=True, counts=counts._asdict())
            load.load_audience(night_id, audience, on, owner=f"night:{night_id}")
        try:
            night.close_night(night_id)
        except Held:
            return False
        return True

    def uneventful(self, on: date) -> None:
        """Insert a night on which every source brought the same as before: only its row."""
        self.sql(
            "INSERT INTO operations.run (kind, subject, owner, state, business_date, started_at, heartbeat_at,"
            " ended_at, policy_digest) VALUES ('night', 'registry', 'x', 'done', %s, %s, %s, %s, '')",
            on, on, on, on,
        )  # fmt: skip

    def _staged(self, night_id: int, source: str, on: date, brought: Brought) -> None:
        extract_id = self._run("extract", source, on, night_id, "done" if brought.whole else "failed", {})
        if not brought.whole:
            return
        audience = policy().sources[source].audience
        self.sql(
            "INSERT INTO staging.row (run_id, email, verdict) SELECT %s, email, 'valid' FROM unnest(%s::text[]) email",
            extract_id, sorted(brought.emails),
        )  # fmt: skip
        self.sql(
            "INSERT INTO operations.proof (run_id, night_id, source, audience, received, filtered, valid, rejected,"
            " staged, pages, contract, digest, started_at, ended_at, complete)"
            " VALUES (%s, %s, %s, %s, %s, 0, %s, '{}', %s, 1, '', %s, %s, %s, true)",
            extract_id, night_id, source, audience, *[len(brought.emails)] * 3, str(night_id), on, on,
        )  # fmt: skip
        self._judged(night_id, source, on, passes=brought.passes, counts={})

    def _judged(self, night_id: int, subject: str, on: date, *, passes: bool, counts: Mapping[str, int]) -> None:
        self._run("check", subject, on, night_id, "done" if passes else "held", counts)

    def _run(self, kind: str, subject: str, on: date, night_id: int, state: str, counts: Mapping[str, int]) -> int:
        ((run_id,),) = self.sql(
            "INSERT INTO operations.run (kind, subject, parent_id, owner, state, business_date, started_at,"
            " heartbeat_at, ended_at, policy_digest, counts) VALUES (%s, %s, %s, 'x', %s, %s, %s, %s, %s, '', %s)"
            " RETURNING id",
            kind, subject, night_id, state, on, on, on, on, Json(dict(counts)),
        )  # fmt: skip
        return int(run_id)
