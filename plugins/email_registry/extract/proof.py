"""The proof that a source was read completely. Without it no address becomes absent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from email_registry.boundaries.database import Database


@dataclass(frozen=True)
class Proof:
    """What one source brought in one night, in counts. It is `complete`, or `reason` says why it is not."""

    source: str
    audience: str
    way: str
    received: int
    declared: int | None
    filtered: int
    valid: int
    rejected: Mapping[str, int]
    noted: Mapping[str, int]
    staged: int
    pages: int
    contract: str
    digest: str
    started_at: datetime
    ended_at: datetime
    reason: str | None

    @property
    def complete(self) -> bool:
        return self.reason is None

    def write(self, database: Database, run_id: int, night_id: int) -> None:
        """Store the proof. When an extract is retried, the new proof replaces the old one."""
        database.execute("extract/drop_proof", night_id=night_id, source=self.source)
        database.execute(
            "extract/write_proof", run_id=run_id, night_id=night_id, source=self.source, audience=self.audience,
            received=self.received, declared=self.declared, filtered=self.filtered, valid=self.valid,
            rejected=json.dumps(dict(self.rejected)), noted=json.dumps(dict(self.noted)),
            staged=self.staged, pages=self.pages,
            contract=f"{self.way}: {self.contract}", digest=self.digest, started_at=self.started_at,
            ended_at=self.ended_at, complete=self.complete, reason=self.reason,
        )  # fmt: skip
