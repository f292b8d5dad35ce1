"""The candidates: what load would publish, over the sources that may be trusted tonight."""

from __future__ import annotations

from email_registry import runs
from email_registry.boundaries.database import Database, comparing
from email_registry.errors import Held


def prepare_candidates(night_id: int, audience: str) -> int:
    """De-duplicate the audience's trusted rows into staging.candidate. Returns how many there are."""
    with comparing("loader", "audience", audience) as database:
        hold_to_proofs(database, night_id, audience)
        runs.void_checks(database, night_id, [audience])
        database.execute("load/clear_candidates", night_id=night_id, audience=audience)
        sources = trusted_sources(database, night_id, audience)
        return database.execute("load/deduplicate", night_id=night_id, audience=audience, sources=sources)


def trusted_sources(database: Database, night_id: int, audience: str) -> list[str]:
    """The sources that are whole and passed the gate tonight."""
    return [row["source"] for row in database.rows("load/trusted_sources", night_id=night_id, audience=audience)]


def hold_to_proofs(database: Database, night_id: int, audience: str) -> None:
    """Held where staging does not hold what the proofs say was staged."""
    torn = database.row("load/staged_against_proof", night_id=night_id, audience=audience)
    if torn is not None:
        raise Held(
            f"{torn['source']}: {torn['staged']} rows are staged, {torn['proven']} were proven; nothing was changed. "
            "The database lost its staging: run the night again",
            runbook="staging-lost",
        )
