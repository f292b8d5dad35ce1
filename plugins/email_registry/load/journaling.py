"""Who went tonight and who is back, noted outside the database by keyed hash: a backup of it knows nothing of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from email_registry import suppression
from email_registry.audit import What
from email_registry.boundaries.database import Database

AT_ONCE = 10_000


def journal_departed(database: Database, audience: str, on: date) -> None:
    """`gone`: not brought for the first time, and proven; `unseen`: not proven yet; `proven`: unseen since before."""
    by_what = defaultdict[What, list[int]](list)
    for row in database.rows("load/departed", on=on):
        what: What = "unseen" if not row["proven"] else "gone" if row["newly"] else "proven"
        by_what[what].append(row["address_id"])
    for what, ids in by_what.items():
        _journal(database, what, audience, ids, on)


def journal_new(database: Database, night_id: int, audience: str, left_out: Sequence[str], on: date) -> None:
    """They are loaded tonight: on a list they are ours, were the registry to forget them."""
    skipped = set(left_out)
    for rows in database.stream("load/candidate_addresses", chunk=AT_ONCE, night_id=night_id, audience=audience):
        emails = [row.email for row in rows if row.email not in skipped]
        suppression.journal(database, "new", audience, emails, on)


def journal_back(database: Database, audience: str, ids: Sequence[int], on: date) -> None:
    """They had not been brought, and are brought again."""
    _journal(database, "back", audience, ids, on)


def _journal(database: Database, what: What, audience: str, ids: Sequence[int], on: date) -> None:
    for start in range(0, len(ids), AT_ONCE):
        rows = database.rows("load/addresses_of", audience=audience, ids=list(ids[start : start + AT_ONCE]))
        suppression.journal(database, what, audience, [row["email"] for row in rows], on)
