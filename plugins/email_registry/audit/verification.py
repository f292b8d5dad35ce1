"""The chain as it stands in the database, held against itself and against the heads outside it."""

from __future__ import annotations

from dataclasses import dataclass

from email_registry.audit.chain import Broken, walk
from email_registry.audit.heads import Heads, heads
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held, contained


@dataclass(frozen=True)
class Verification:
    """`anchored_up_to`: as far as the heads outside reach; `beyond`: events after that, which nothing outside holds.

    `closed_up_to`: the last event of the years that ended; `mailed_up_to`: of the heads that were mailed.
    """

    events: int
    first: int
    last: int
    anchored_up_to: int
    beyond: int
    closed_up_to: int
    mailed_up_to: int
    broken: Broken | None

    @property
    def problem(self) -> Held | None:
        """What to raise where it is broken."""
        if self.broken is None:
            return None
        said = f"the audit is not as it was written: event {self.broken.event}: {self.broken.why}"
        return Held(f"{said}. Nothing was changed; keep all as it is", runbook="audit-broken")


@contained
def verify() -> Verification:
    """Read every event, as a stream. Changes nothing."""
    with transaction("report") as database:
        return verified(database, heads())


def verified(database: Database, outside: Heads) -> Verification:
    """The same, inside a transaction."""
    found = walk(database.stream("audit/read"), outside)
    return Verification(
        found.events, found.first, found.last, outside.last, max(found.last - outside.last, 0),
        max(outside.closed, default=0), outside.mailed, found.broken,
    )  # fmt: skip
