"""HMAC-SHA-256 of the canonical form, under every key version that still has rows."""

from __future__ import annotations

import hmac
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from email_registry.addresses import FORM_VERSION
from email_registry.boundaries.database import Database
from email_registry.errors import ConfigurationError
from email_registry.privacy import AddressColumn
from email_registry.settings import environment

Reason = Literal["objection", "erasure", "left", "do_not_contact"]


@dataclass(frozen=True)
class Suppressions:
    """The suppressed hashes of each audience, by the version of the key they were made under."""

    keys: Mapping[int, bytes]
    by_audience: Mapping[str, Mapping[int, frozenset[bytes]]]

    def holds(self, audience: str, canonical: str) -> bool:
        """Whether this canonical address is suppressed for that audience."""
        versions = self.by_audience.get(audience)
        if not versions:
            return False
        text = canonical.encode()
        return any(hmac.digest(self.keys[version], text, "sha256") in found for version, found in versions.items())

    @property
    def empty(self) -> bool:
        return not any(self.by_audience.values())

    def among(self, audience: str, canonical: AddressColumn) -> list[int]:
        """The rows of a column that are suppressed for that audience."""
        versions = self.by_audience.get(audience)
        if not versions:
            return []
        texts = [(row, email.encode()) for row, email in enumerate(canonical.reveal()) if email is not None]
        return sorted(
            {
                row
                for version, found in versions.items()
                for key in (self.keys[version],)
                for row, text in texts
                if hmac.digest(key, text, "sha256") in found
            }
        )


def load(database: Database, audiences: Sequence[str]) -> Suppressions:
    """Read them all: as many as have objected or left, 32 bytes each."""
    keys = _keys()
    found: dict[str, dict[int, set[bytes]]] = {audience: defaultdict(set) for audience in audiences}
    for row in database.rows("suppression/all"):
        if row["key_version"] not in keys:
            raise ConfigurationError(
                f"suppression key version {row['key_version']} is missing from suppression_keys.json: "
                "without it people who objected would be listed again",
                runbook="suppression-key",
            )
        for audience in audiences:
            if row["scope"] in ("all", audience):
                found[audience][row["key_version"]].add(bytes(row["digest"]))
    return Suppressions(
        keys, {audience: {v: frozenset(d) for v, d in versions.items()} for audience, versions in found.items()}
    )


def record(database: Database, canonical: Sequence[str], scope: str, reason: Reason, on: date) -> None:
    """Suppress these addresses from now on, under the newest key. Recording twice leaves one."""
    keys = _keys()
    version = max(keys)
    for address in canonical:
        database.execute(
            "suppression/record", digest=hmac.digest(keys[version], address.encode(), "sha256"),
            key_version=version, form_version=FORM_VERSION, scope=scope, reason=reason, recorded_on=on,
        )  # fmt: skip


def _keys() -> dict[int, bytes]:
    path = environment().secrets / "suppression_keys.json"
    try:
        keys = {int(version): bytes.fromhex(key) for version, key in json.loads(path.read_text()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        keys = {}
    if not keys or any(len(key) < 32 for key in keys.values()):
        raise ConfigurationError(
            f"{path} is missing or is not {{version: 64 hex digits}}: restore it from the office's vault",
            runbook="suppression-key",
        )
    return keys
