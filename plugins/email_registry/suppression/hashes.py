"""Suppressed addresses as HMAC-SHA-256 of their canonical form, under every key version that still has rows."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from email_registry import audit
from email_registry.addresses import FORM_VERSION
from email_registry.boundaries.database import Database
from email_registry.errors import ConfigurationError
from email_registry.privacy import AddressColumn
from email_registry.settings import environment
from email_registry.suppression.states import Reason

HASHES_PER_STATEMENT = 10_000
KEY_BYTES = 32


class KeyedHash:
    """HMAC-SHA-256 (RFC 2104) under one key. Its two inner states are made once and copied for each text.

    A text takes 1.1 microseconds. `hmac.digest` takes 2.6, because OpenSSL sets the key up anew (3.0, Python 3.11).
    """

    _BLOCK = 64  # bytes of SHA-256

    def __init__(self, key: bytes) -> None:
        if len(key) > self._BLOCK:
            key = hashlib.sha256(key).digest()
        padded = key.ljust(self._BLOCK, b"\0")
        self._inner, self._outer = (hashlib.sha256(bytes(byte ^ pad for byte in padded)) for pad in (0x36, 0x5C))

    def digest(self, text: bytes) -> bytes:
        """Return the hash of a text, 32 bytes."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text)
        outer.update(inner.digest())
        return outer.digest()


@dataclass(frozen=True)
class Suppressions:
    """The suppressed hashes of each audience, by the version of the key that they were made under."""

    keys: Mapping[int, bytes]
    by_audience: Mapping[str, Mapping[int, frozenset[bytes]]]
    ids: Mapping[tuple[int, bytes], tuple[int, ...]]

    def contains(self, audience: str, canonical: str) -> bool:
        """Tell whether this canonical address is suppressed for that audience."""
        versions, text = self.by_audience.get(audience, {}), canonical.encode()
        return any(KeyedHash(self.keys[version]).digest(text) in found for version, found in versions.items())

    @property
    def empty(self) -> bool:
        return not any(self.by_audience.values())

    @property
    def newest(self) -> int:
        """Return the id of the newest row, or 0 without any."""
        return max((max(ids) for ids in self.ids.values()), default=0)

    def among(self, audience: str, canonical: AddressColumn) -> list[int]:
        """Return the row numbers of a column that are suppressed for that audience."""
        versions = self.by_audience.get(audience)
        if not versions:
            return []
        texts, numbers = _encoded(canonical), set[int]()
        for version, found in versions.items():
            digest = KeyedHash(self.keys[version]).digest
            numbers.update(row for row, text in enumerate(texts) if text is not None and digest(text) in found)
        return sorted(numbers)

    def ids_of(self, audience: str, canonical: Sequence[str]) -> set[int]:
        """Return the ids of the rows in `registry.suppression` that suppress these addresses for that audience."""
        found = set[int]()
        for version, digests in self.by_audience.get(audience, {}).items():
            hashed = (KeyedHash(self.keys[version]).digest(text.encode()) for text in canonical)
            found.update(one for digest in hashed if digest in digests for one in self.ids[version, digest])
        return found


def _encoded(canonical: AddressColumn) -> list[bytes | None]:
    import pyarrow

    texts: list[bytes | None] = canonical.arrow().cast(pyarrow.binary()).to_pylist()
    return texts


def load(database: Database, audiences: Sequence[str]) -> Suppressions:
    """Read all suppressions. Each takes 32 bytes, and there are as many as people who objected or left."""
    known = keys()
    found: dict[str, dict[int, set[bytes]]] = {audience: defaultdict(set) for audience in audiences}
    ids: dict[tuple[int, bytes], tuple[int, ...]] = {}
    for row in database.rows("suppression/all"):
        if row["key_version"] not in known:
            raise _missing(row["key_version"])
        key = row["key_version"], bytes(row["digest"])
        ids[key] = (*ids.get(key, ()), row["id"])
        for audience in audiences:
            if row["scope"] in ("all", audience):
                found[audience][row["key_version"]].add(key[1])
    by_audience = {audience: {v: frozenset(d) for v, d in versions.items()} for audience, versions in found.items()}
    return Suppressions(known, by_audience, ids)


def added_since_backup(database: Database, audiences: Sequence[str]) -> Suppressions:
    """Read the addresses that a restored registry had added after its backup. They are asked for like suppressions."""
    known = keys()
    found: dict[str, dict[int, set[bytes]]] = {audience: defaultdict(set) for audience in audiences}
    for row in database.rows("suppression/added_since_backup", audiences=list(audiences)):
        if row["key_version"] not in known:
            raise _missing(row["key_version"])
        found[row["audience"]][row["key_version"]].add(bytes(row["digest"]))
    by_audience = {audience: {v: frozenset(d) for v, d in versions.items()} for audience, versions in found.items()}
    return Suppressions(known, by_audience, {})


def record(database: Database, canonical: Sequence[str], scope: str, reason: Reason, on: date) -> int:
    """Suppress these addresses under the newest key. Recording twice leaves one row. Returns the number of new rows."""
    known = keys()
    version, new = max(known), 0
    for digests in _hashed(known[version], canonical):
        rows = database.rows(
            "suppression/record", digests=digests, key_version=version, form_version=FORM_VERSION, scope=scope,
            reason=reason, recorded_on=on,
        )  # fmt: skip
        _journal(
            database, audit.JournalEvent.SUPPRESSED, scope, on, version, [bytes(row["digest"]) for row in rows], reason
        )
        new += len(rows)
    return new


def journal(database: Database, event: audit.JournalEvent, audience: str, canonical: Sequence[str], on: date) -> None:
    """Note in the journal what happened to these addresses on that date, just before the transaction commits."""
    known = keys()
    version = max(known)
    for digests in _hashed(known[version], canonical):
        _journal(database, event, audience, on, version, digests)


def hashing(version: int) -> Callable[[bytes], bytes]:
    """Return the function from a canonical address in UTF-8 to its 32 bytes. ConfigurationError without that key."""
    known = keys()
    if version not in known:
        raise _missing(version)
    return KeyedHash(known[version]).digest


def _missing(version: int) -> ConfigurationError:
    return ConfigurationError(
        f"suppression key version {version} is missing from suppression_keys.json: "
        "without it people who objected would be listed again",
        runbook="suppression-key",
    )


def _hashed(key: bytes, canonical: Sequence[str]) -> Iterator[list[bytes]]:
    digest = KeyedHash(key).digest
    for start in range(0, len(canonical), HASHES_PER_STATEMENT):
        yield sorted({digest(address.encode()) for address in canonical[start : start + HASHES_PER_STATEMENT]})


def _journal(
    database: Database, event: audit.JournalEvent, scope: str, on: date, key: int, digests: Sequence[bytes],
    reason: str | None = None,
) -> None:  # fmt: skip
    entry = audit.Entry(event, on, scope, key, FORM_VERSION, digests, reason)
    database.before_commit(lambda: audit.note(entry))


def keys_file() -> Path:
    """Return the path of the file of keys."""
    return environment().secrets / "suppression_keys.json"


def keys() -> dict[int, bytes]:
    """Return version -> key. ConfigurationError when the keys are missing or cannot be read."""
    path = keys_file()
    try:
        found = {int(version): bytes.fromhex(key) for version, key in json.loads(path.read_text()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        found = {}
    if not found or any(len(key) < KEY_BYTES for key in found.values()):
        raise ConfigurationError(
            f"{path} is missing or is not {{version: 64 hex digits}}: restore it from the office's vault",
            runbook="suppression-key",
        )
    return found
