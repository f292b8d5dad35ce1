"""Find candidates that were suppressed after their source was read. They are not loaded."""

from __future__ import annotations

from collections.abc import Sequence

from email_registry import suppression
from email_registry.boundaries.database import Database
from email_registry.privacy import AddressColumn

ADDRESSES_PER_CHUNK = 50_000


def suppressed_meanwhile(database: Database, night_id: int, audience: str, extracts: Sequence[int]) -> list[str]:
    """Those of the candidates that passed the gate. They stay staged: a load that is done again finds what was judged.

    Nearly every night nobody was: then the numbers of the suppressions say so, and no candidate is hashed.
    """
    if not database.one("load/suppressed_since", extracts=list(extracts))["newer"]:
        return []
    suppressed, parameters = suppression.load(database, [audience]), {"night_id": night_id, "audience": audience}
    late: list[str] = []
    for rows in database.stream("load/candidate_addresses", chunk=ADDRESSES_PER_CHUNK, **parameters):
        emails = [row.email for row in rows]
        late += [emails[row] for row in suppressed.among(audience, AddressColumn(emails))]
    return late
