"""Compares the chain in the database with itself and with the heads outside it."""

from __future__ import annotations

from dataclasses import dataclass

from email_registry.audit.chain import Broken, walk
from email_registry.audit.heads import Heads, heads
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held, contained


@dataclass(frozen=True)
class Verification:
    """The result of reading the whole chain.

    `anchored_up_to` is the last event that a head outside names. `beyond` counts the events after it, which nothing
    outside vouches for. `closed_up_to` is the last event of the closed years, `mailed_up_to` that of the mailed heads.
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
        """The error to raise where the chain is broken."""
        if self.broken is None:
            return None
        message = f"the audit is not as it was written: event {self.broken.event}: {self.broken.why}"
        return Held(f"{message}. Nothing was changed; keep all as it is", runbook="audit-broken")


@contained
def verify() -> Verification:
    """Read every event as a stream and check the chain. It changes nothing."""
    with transaction("report") as database:
        return verify_chain(database, heads())


def verify_chain(database: Database, written: Heads) -> Verification:
    """Check the chain inside the caller's transaction."""
    chain = walk(database.stream("audit/read"), written)
    return Verification(
        chain.events, chain.first, chain.last, written.last, max(chain.last - written.last, 0),
        max(written.closed, default=0), written.mailed, chain.broken,
    )  # fmt: skip
