"""Prepare the candidates: the addresses that load would publish, from the sources that are trusted tonight."""

from __future__ import annotations

from typing import NamedTuple

from email_registry import runs
from email_registry.boundaries.database import Database, comparing
from email_registry.errors import Held


class Proven(NamedTuple):
    """A source whose extract was complete, and the run of that extract. `trusted`: the source passed the gate too."""

    source: str
    extract: int
    trusted: bool


class Candidates(NamedTuple):
    """The counts of a load that was prepared.

    `candidates`: how many addresses the audience would have after it. `new`: how many of them are new. `not_brought`:
    how many of the registry's addresses no trusted source brought.
    """

    candidates: int
    new: int
    not_brought: int


def prepare_candidates(night_id: int, audience: str) -> Candidates:
    """Compare what the audience's trusted sources brought with the registry, and stage the difference.

    Returns counts.
    """
    with comparing("loader", "audience", audience) as database:
        require_proven_rows(database, night_id, audience)
        runs.void_checks(database, night_id, [audience])
        database.execute("load/clear_candidates", night_id=night_id, audience=audience)
        extracts = [source.extract for source in proven_sources(database, night_id, audience) if source.trusted]
        database.execute("load/compare", audience=audience, extracts=extracts)
        database.execute("load/deduplicate", night_id=night_id, audience=audience)
        database.execute("load/drop_difference")
        return staged_candidates(database, night_id, audience)


def staged_candidates(database: Database, night_id: int, audience: str) -> Candidates:
    """Return the counts of the difference that is staged now."""
    return Candidates(**database.one("load/count_candidates", night_id=night_id, audience=audience))


def proven_sources(database: Database, night_id: int, audience: str) -> list[Proven]:
    """Return the audience's sources whose extract was complete tonight."""
    rows = database.rows("load/proven_sources", night_id=night_id, audience=audience)
    return [Proven(row["source"], row["run_id"], row["trusted"]) for row in rows]


def require_proven_rows(database: Database, night_id: int, audience: str) -> None:
    """Raise Held when staging has another number of rows than was proven.

    This happens when the database lost its unlogged tables.
    """
    difference = database.row("load/staged_against_proof", night_id=night_id, audience=audience)
    if difference is not None:
        raise Held(
            f"{difference['source']}: {difference['staged']} rows are staged, {difference['proven']} were proven; "
            "nothing was changed. "
            "The database lost its staging: run the night again",
            runbook="staging-lost",
        )
