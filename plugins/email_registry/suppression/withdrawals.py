"""Withdrawals of objections by keyed hash. Answers and exports that are older than a withdrawal no longer count."""

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
    """All withdrawals. For each key version: its hash function, and for each hash the moment by scope."""

    by_version: Mapping[int, tuple[Callable[[bytes], bytes], Mapping[bytes, Mapping[str, datetime]]]]

    def scopes_left(self, canonical: str, answered_at: datetime | None) -> tuple[str, ...]:
        """Return the scopes for which an unsubscribe of that moment still counts: `all`, some audiences, or none.

        Without a moment it counts for all.
        """
        withdrawn = self._scopes(canonical) if answered_at is not None else {}
        outdated = {scope for scope, at in withdrawn.items() if answered_at is not None and answered_at < at}
        if not outdated:
            return (ALL,)
        return () if ALL in outdated else tuple(name for name in policy().audiences if name not in outdated)

    def _scopes(self, canonical: str) -> Mapping[str, datetime]:
        moments: dict[str, datetime] = {}
        for digest, people in self.by_version.values():
            for scope, at in people.get(digest(canonical.encode()), {}).items():
                moments[scope] = max(at, moments.get(scope, at))
        return moments


def withdrawals(database: Database) -> Withdrawals:
    """Read all withdrawals."""
    by_version: dict[int, dict[bytes, dict[str, datetime]]] = {}
    for row in database.rows("suppression/withdrawn"):
        moments = by_version.setdefault(row["key_version"], {}).setdefault(bytes(row["digest"]), {})
        moments[row["scope"]] = max(row["withdrawn_at"], moments.get(row["scope"], row["withdrawn_at"]))
    return Withdrawals({version: (hashing(version), people) for version, people in by_version.items()})
