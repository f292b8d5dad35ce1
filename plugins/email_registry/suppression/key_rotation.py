"""Makes a new suppression key, and retires an old one once nothing that was made with it is left."""

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
    """A version and its uses: `rows` of the database and lines of the `journal` that were made with it. It has no key.

    `available` tells whether this machine has the key.
    """

    version: int
    newest: bool
    available: bool
    rows: int
    journal: int


@contained
def key_uses() -> list[KeyVersion]:
    """Return every version that this machine has or that something was made with, the oldest first."""
    with transaction("rights") as database:
        return _versions(database)


@contained
def rotate(*, by: str, why: str) -> int:
    """Make a new key, which is used from now on.

    Older ones still match as long as they have rows. Returns its number.
    """
    audit.require_anchor()
    with locked("rights", "keys", "suppression") as database:
        keys_by_version = keys()
        new = max(keys_by_version) + 1
        audit.append(database, "new key", SUBJECT, {"version": new, "why": why}, run_id=None, at=utc_now(), by=by)
        database.before_commit(lambda: _write({**keys_by_version, new: secrets.token_bytes(KEY_BYTES)}))
    audit.anchor()
    return new


@contained
def retire(version: int, *, by: str, why: str) -> None:
    """Take a version out of the file. Held for the newest one, and while something that was made with it is left."""
    audit.require_anchor()
    with locked("rights", "keys", "suppression") as database:
        keys_by_version = keys()
        if version not in keys_by_version:
            versions = ", ".join(map(str, sorted(keys_by_version)))
            raise ConfigurationError(
                f"version {version} is not in {keys_file()}, which has {versions}; nothing was changed"
            )
        _require_unused(next(use for use in _versions(database) if use.version == version))
        audit.append(database, "key away", SUBJECT, {"version": version, "why": why}, run_id=None, at=utc_now(), by=by)
        remaining = {number: key for number, key in keys_by_version.items() if number != version}
        database.before_commit(lambda: _write(remaining))
    audit.anchor()


def _require_unused(use: KeyVersion) -> None:
    if use.newest:
        raise Held("the newest version is in use; nothing was changed: rotate first", runbook="suppression-key")
    if use.rows or use.journal:
        raise Held(
            f"{use.rows} rows and {use.journal} lines of the journal were made with version {use.version}: without it "
            "those people would be listed again; nothing was changed. They end as the policy says",
            runbook="suppression-key",
        )


def _versions(database: Database) -> list[KeyVersion]:
    available = keys()
    rows = {row["key_version"]: int(row["rows"]) for row in database.rows("suppression/versions_used")}
    lines = journal.versions()
    numbers = sorted({*available, *rows, *lines})
    return [KeyVersion(n, n == max(available), n in available, rows.get(n, 0), lines.get(n, 0)) for n in numbers]


def _write(by_version: Mapping[int, bytes]) -> None:
    text = json.dumps({str(number): key.hex() for number, key in sorted(by_version.items())})
    write_private(keys_file(), text + "\n")
