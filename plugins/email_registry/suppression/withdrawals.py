"""Who took an objection back, by keyed hash: what was said before that says nothing any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from email_registry.boundaries.database import Database
from email_registry.settings import policy
from email_registry.suppression.hashes import hashing

ALL = "all"


@dataclass(frozen=True)
class Withdrawals:
    """By the key's version: how it hashes, and by the hash: scope -> when it was taken back."""

    by_version: Mapping[int, tuple[Callable[[bytes], bytes], Mapping[bytes, Mapping[str, datetime]]]]

    def scopes_left(self, canonical: str, said_at: datetime | None) -> tuple[str, ...]:
        """For whom a no of that moment still counts: `all`, some audiences, or nobody. Without a moment it counts."""
        since = self._of(canonical) if said_at is not None else {}
        older = {scope for scope, at in since.items() if said_at is not None and said_at < at}
        if not older:
            return (ALL,)
        return () if ALL in older else tuple(name for name in policy().audiences if name not in older)

    def _of(self, canonical: str) -> Mapping[str, datetime]:
        found: dict[str, datetime] = {}
        for digest, people in self.by_version.values():
            for scope, at in people.get(digest(canonical.encode()), {}).items():
                found[scope] = max(at, found.get(scope, at))
        return found


def withdrawals(database: Database) -> Withdrawals:
    """Read them all: as many as took an objection back."""
    found: dict[int, dict[bytes, dict[str, datetime]]] = {}
    for row in database.rows("suppression/withdrawn"):
        of_hash = found.setdefault(row["key_version"], {}).setdefault(bytes(row["digest"]), {})
        of_hash[row["scope"]] = max(row["withdrawn_at"], of_hash.get(row["scope"], row["withdrawn_at"]))
    return Withdrawals({version: (hashing(version), people) for version, people in found.items()})
