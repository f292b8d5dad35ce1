"""The keys of the suppressions: a new one from now on, and an old one away once nothing was made with it any more."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import NamedTuple

from email_registry import audit
from email_registry.audit import journal
from email_registry.boundaries.database import Database, locked, transaction
from email_registry.boundaries.files import write_private
from email_registry.errors import ConfigurationError, Held, contained
from email_registry.settings import utc_now
from email_registry.suppression.hashes import KEY_BYTES, keys, keys_file

SUBJECT = "suppression keys"


class KeyVersion(NamedTuple):
    """`rows`: of the database, made under it; `journal`: lines outside the database. No key is in here."""

    version: int
    newest: bool
    here: bool
    rows: int
    journal: int


@contained
def key_uses() -> list[KeyVersion]:
    """Every version that this machine has or that something was made with, the oldest first."""
    with transaction("rights") as database:
        return _uses(database)


@contained
def rotate(*, by: str, why: str) -> int:
    """A new key under the next number: it is used from now on, and older ones match as long as they have rows."""
    audit.hold_to_anchor()
    with locked("rights", "keys", "suppression") as database:
        known = keys()
        new = max(known) + 1
        audit.append(database, "new key", SUBJECT, {"version": new, "why": why}, run_id=None, at=utc_now(), by=by)
        database.before_commit(lambda: _write({**known, new: secrets.token_bytes(KEY_BYTES)}))
    audit.anchor()
    return new


@contained
def retire(version: int, *, by: str, why: str) -> None:
    """Take a version out of the file. Held while something was made with it, and of the newest one."""
    audit.hold_to_anchor()
    with locked("rights", "keys", "suppression") as database:
        known = keys()
        if version not in known:
            there = ", ".join(map(str, sorted(known)))
            raise ConfigurationError(
                f"version {version} is not in {keys_file()}, which has {there}; nothing was changed"
            )
        _hold_unused(next(use for use in _uses(database) if use.version == version))
        audit.append(database, "key away", SUBJECT, {"version": version, "why": why}, run_id=None, at=utc_now(), by=by)
        database.before_commit(lambda: _write({number: key for number, key in known.items() if number != version}))
    audit.anchor()


def _hold_unused(use: KeyVersion) -> None:
    if use.newest:
        raise Held("the newest version is in use; nothing was changed: rotate first", runbook="suppression-key")
    if use.rows or use.journal:
        raise Held(
            f"{use.rows} rows and {use.journal} lines of the journal were made with version {use.version}: without it "
            "those people would be listed again; nothing was changed. They end as the policy says",
            runbook="suppression-key",
        )


def _uses(database: Database) -> list[KeyVersion]:
    known = keys()
    rows = {row["key_version"]: int(row["rows"]) for row in database.rows("suppression/versions_used")}
    lines = journal.versions()
    every = sorted({*known, *rows, *lines})
    return [KeyVersion(n, n == max(known), n in known, rows.get(n, 0), lines.get(n, 0)) for n in every]


def _write(known: Mapping[int, bytes]) -> None:
    write_private(keys_file(), json.dumps({str(number): key.hex() for number, key in sorted(known.items())}) + "\n")
