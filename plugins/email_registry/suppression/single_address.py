"""One address and what is known of it by keyed hash, under every version of the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from email_registry import audit
from email_registry.addresses import FORM_VERSION
from email_registry.boundaries.database import Database
from email_registry.suppression.hashes import hashing
from email_registry.suppression.key_versions import key_versions

MARK = b"audit:"  # no canonical address begins so: a mark is never the hash of a suppression
MARK_DIGITS = 32


class Hashed(NamedTuple):
    """An address by keyed hash, under one version of the key."""

    key: int
    digest: bytes


def hashes(canonical: str) -> list[Hashed]:
    """Under every version that this machine has, the newest last."""
    return [Hashed(version, hashing(version)(canonical.encode())) for version in key_versions()]


def mark(canonical: str) -> str:
    """By which the audit names a person: another hash than the suppressions', under the newest key."""
    version = key_versions()[-1]
    return f"{version}:{hashing(version)(MARK + canonical.encode()).hex()[:MARK_DIGITS]}"


def marks(canonical: str) -> list[str]:
    """The marks under every version: by these the audit's events about a person are found."""
    return [f"{v}:{hashing(v)(MARK + canonical.encode()).hex()[:MARK_DIGITS]}" for v in key_versions()]


def in_columns(hashed: Sequence[Hashed]) -> dict[str, list[Any]]:
    """The parameters by which SQL finds any of them."""
    return {"keys": [one.key for one in hashed], "digests": [one.digest for one in hashed]}


def of_one(database: Database, hashed: Sequence[Hashed]) -> list[Mapping[str, Any]]:
    """`{id, scope, reason, recorded_on, brought_on, lacked_since, …}`: each suppression of an address."""
    return database.rows("suppression/of_one", **in_columns(hashed))


def strengthen(database: Database, hashed: Sequence[Hashed], scope: str, reason: str, on: date) -> None:
    """What was suppressed before for a lesser reason is so by the person's own word from now on."""
    database.execute("suppression/strengthen", **in_columns(hashed), scope=scope, reason=reason, on=on)


def end(database: Database, rows: Sequence[Mapping[str, Any]], on: date) -> None:
    """End these suppressions; the journal outside the database learns of it before the commit."""
    database.execute("suppression/end", ids=[row["id"] for row in rows])
    for row in rows:
        entry = audit.Entry(
            "ended", on, row["scope"], row["key_version"], row["form_version"], [bytes(row["digest"])]
        )  # fmt: skip
        database.before_commit(lambda entry=entry: audit.note(entry))  # type: ignore[misc]


def note_withdrawal(database: Database, canonical: str, scope: str, at: Any) -> None:
    """An objection was taken back: what is older says nothing any more."""
    newest = hashes(canonical)[-1]
    database.execute(
        "suppression/note_withdrawal", digest=newest.digest, key_version=newest.key, form_version=FORM_VERSION,
        scope=scope, at=at,
    )  # fmt: skip
