"""Note in the journal, by keyed hash, which addresses became unseen or absent, returned, or are new tonight.

A backup of the database that was made before tonight does not have these changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from email_registry import suppression
from email_registry.audit import JournalEvent
from email_registry.boundaries.database import Database

ADDRESSES_PER_STATEMENT = 10_000


def journal_departed(database: Database, audience: str, on: date) -> None:
    """Note the addresses that no source brought tonight, if their state changed."""
    ids = defaultdict[JournalEvent, list[int]](list)
    for row in database.rows("load/departed", on=on):
        if not row["proven"]:
            event = JournalEvent.UNSEEN
        else:
            event = JournalEvent.ABSENT if row["newly"] else JournalEvent.ABSENCE_PROVEN
        ids[event].append(row["address_id"])
    for event, changed in ids.items():
        _journal(database, event, audience, changed, on)


def journal_new(database: Database, night_id: int, audience: str, left_out: Sequence[str], on: date) -> None:
    """Note the addresses that are loaded tonight. By this they are known as ours if the registry forgets them."""
    skipped = set(left_out)
    pages = database.stream(
        "load/candidate_addresses", chunk=ADDRESSES_PER_STATEMENT, night_id=night_id, audience=audience
    )
    for rows in pages:
        emails = [row.email for row in rows if row.email not in skipped]
        suppression.journal(database, JournalEvent.NEW, audience, emails, on)


def journal_returned(database: Database, audience: str, ids: Sequence[int], on: date) -> None:
    """Note the addresses that sources bring again."""
    _journal(database, JournalEvent.RETURNED, audience, ids, on)


def _journal(database: Database, event: JournalEvent, audience: str, ids: Sequence[int], on: date) -> None:
    for start in range(0, len(ids), ADDRESSES_PER_STATEMENT):
        part = list(ids[start : start + ADDRESSES_PER_STATEMENT])
        rows = database.rows("load/addresses_of", audience=audience, ids=part)
        suppression.journal(database, event, audience, [row["email"] for row in rows], on)
