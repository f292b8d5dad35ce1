"""Find the candidates that were suppressed after their source was read. They are not loaded."""

from __future__ import annotations

from collections.abc import Sequence

from email_registry import suppression
from email_registry.boundaries.database import Database
from email_registry.privacy import AddressColumn

ADDRESSES_PER_CHUNK = 50_000


def suppressed_meanwhile(database: Database, night_id: int, audience: str, extracts: Sequence[int]) -> list[str]:
    """Return the candidates that passed the gate and were suppressed meanwhile.

    They stay staged, so that a repeated load finds the same candidates that were judged. On nearly every night there
    are none. The ids of the suppressions show that, and then no candidate is hashed.
    """
    if not database.one("load/suppressed_since", extracts=list(extracts))["newer"]:
        return []
    suppressed, parameters = suppression.load(database, [audience]), {"night_id": night_id, "audience": audience}
    late: list[str] = []
    for rows in database.stream("load/candidate_addresses", chunk=ADDRESSES_PER_CHUNK, **parameters):
        emails = [row.email for row in rows]
        late += [emails[row] for row in suppressed.among(audience, AddressColumn(emails))]
    return late
