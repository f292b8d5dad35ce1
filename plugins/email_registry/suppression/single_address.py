"""What is known of one address by keyed hash, under every version of the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from email_registry import audit
from email_registry.addresses import FORM_VERSION
from email_registry.boundaries.database import Database
from email_registry.suppression.hashes import hashing
from email_registry.suppression.key_versions import key_versions

MARK = b"audit:"  # no canonical address begins so, and therefore a mark is never the hash of a suppression
MARK_DIGITS = 32


class Hashed(NamedTuple):
    """The keyed hash of an address under one version of the key."""

    key: int
    digest: bytes


def hashes(canonical: str) -> list[Hashed]:
    """Hash an address under every version that this machine has, the newest last."""
    return [Hashed(version, hashing(version)(canonical.encode())) for version in key_versions()]


def mark(canonical: str) -> str:
    """Return the mark by which the audit names a person, under the newest key. It differs from a suppression's hash."""
    version = key_versions()[-1]
    return f"{version}:{hashing(version)(MARK + canonical.encode()).hex()[:MARK_DIGITS]}"


def marks(canonical: str) -> list[str]:
    """Return the marks under every version. They find the audit's events about a person."""
    return [f"{v}:{hashing(v)(MARK + canonical.encode()).hex()[:MARK_DIGITS]}" for v in key_versions()]


def in_columns(hashed: Sequence[Hashed]) -> dict[str, list[Any]]:
    """Return the parameters by which SQL finds any of these hashes."""
    return {"keys": [item.key for item in hashed], "digests": [item.digest for item in hashed]}


def of_one(database: Database, hashed: Sequence[Hashed]) -> list[Mapping[str, Any]]:
    """Return each suppression of an address: `{id, scope, reason, recorded_on, brought_on, lacked_since, …}`."""
    return database.rows("suppression/of_one", **in_columns(hashed))


def strengthen(database: Database, hashed: Sequence[Hashed], scope: str, reason: str, on: date) -> None:
    """Give a suppression that was made for a lesser reason the person's own reason."""
    database.execute("suppression/strengthen", **in_columns(hashed), scope=scope, reason=reason, on=on)


def end(database: Database, rows: Sequence[Mapping[str, Any]], on: date) -> None:
    """End these suppressions. The journal outside the database gets the entries before the commit."""
    database.execute("suppression/end", ids=[row["id"] for row in rows])
    for row in rows:
        entry = audit.Entry(
            audit.JournalEvent.ENDED, on, row["scope"], row["key_version"], row["form_version"], [bytes(row["digest"])]
        )  # fmt: skip
        database.before_commit(lambda entry=entry: audit.note(entry))  # type: ignore[misc]


def note_withdrawal(database: Database, canonical: str, scope: str, at: Any) -> None:
    """Note that an objection was taken back, so that older answers and exports no longer count."""
    newest = hashes(canonical)[-1]
    database.execute(
        "suppression/note_withdrawal", digest=newest.digest, key_version=newest.key, form_version=FORM_VERSION,
        scope=scope, at=at,
    )  # fmt: skip
