"""Let a person accept exactly what a source brought on a night when the gate stopped it.

Only the amount and the continuity are accepted.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace

from email_registry import audit
from email_registry.boundaries.database import transaction
from email_registry.check.bounds import Bounds
from email_registry.check.volume import VolumeRange
from email_registry.errors import ConfigurationError, Held, contained
from email_registry.settings import policy, utc_now


@contained
def accept(source: str, *, by: str, why: str) -> Mapping[str, int]:
    """Accept how much the source brought on its last night, and how much of it was new. Returns night, received.

    A later night that brings the same digest and the same number of rows passes these two limits. Any other night is
    judged as usual. Raises ConfigurationError when the policy has no such source, and Held when the gate did not stop
    it.
    """
    if source not in policy().sources:
        raise ConfigurationError(f"no source is called so; the policy has {', '.join(policy().sources)}")
    with transaction("loader") as database:
        proof = database.row("check/last_stopped", source=source)
        if proof is None:
            raise Held(
                f"{source}: the gate did not stop it on its last night; nothing to accept", runbook="quality-stop"
            )
        database.execute(
            "check/accept", source=source, digest=proof["digest"], received=proof["received"], at=utc_now(), by=by,
            why=why,
        )  # fmt: skip
        counts = {"night": int(proof["night_id"]), "received": int(proof["received"])}
        audit.append(
            database, "accepted", source, {**counts, "why": why}, run_id=proof["night_id"], at=utc_now(), by=by
        )
    audit.anchor()
    return counts


def accepted(night_id: int) -> frozenset[str]:
    """Return the sources that brought tonight exactly what a person accepted."""
    with transaction("loader") as database:
        return frozenset(row["source"] for row in database.rows("check/accepted", night_id=night_id))


def without_history(bounds: Bounds) -> Bounds:
    """Return these bounds with any amount and any addresses allowed.

    Rows that are wrong in themselves still stop the source.
    """
    return replace(bounds, volume=VolumeRange(0, sys.maxsize), continuity=0.0)
