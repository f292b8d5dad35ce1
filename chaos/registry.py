"""Write the registry's rows directly, as a night's load leaves them, and read what syncs left behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg2


@dataclass(frozen=True)
class Registry:
    """One audience of one registry, as the superuser sees it. `url` is libpq's."""

    url: str = field(repr=False)
    audience: str

    def come(self, emails: Iterable[str]) -> None:
        """Add them, as when a source brings them."""
        parameters = (self.audience, list(emails))
        self.ask(
            "INSERT INTO registry.address (audience, email) SELECT %s, unnest(%s) ON CONFLICT DO NOTHING", parameters
        )
        self.ask(
            "DELETE FROM registry.unseen USING registry.address a"
            " WHERE a.id = address_id AND a.audience = %s AND a.email = ANY(%s)",
            parameters,
        )

    def go(self, emails: Iterable[str], on: date) -> None:
        """Mark them as proven absent on that night."""
        self.ask(
            "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address"
            " WHERE audience = %s AND email = ANY(%s)",
            (on, on, self.audience, list(emails)),
        )

    def staged(self, target: str) -> int:
        """Count the addresses that syncs of a target left in staging."""
        return int(
            self.ask(
                "SELECT count(*) FROM staging.member m JOIN operations.run r ON r.id = m.run_id WHERE r.subject = %s",
                (target,),
            )[0][0]
        )

    def waiting(self, target: str) -> int | None:
        """Return the plan of a target that waits for a person, if there is one."""
        rows = self.ask("SELECT id FROM operations.plan WHERE subject = %s AND state = 'open' AND NOT reset", (target,))
        return int(rows[0][0]) if rows else None

    def ask(self, query: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows, if it gives any."""
        connection = psycopg2.connect(self.url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()
