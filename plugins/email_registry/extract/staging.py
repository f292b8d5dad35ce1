"""Extract a source: read it, judge its rows, stage them, and store the proof."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from email_registry import runs, suppression
from email_registry.addresses import SUPPRESSED, Judged
from email_registry.boundaries.copy_format import copy_block
from email_registry.boundaries.database import transaction
from email_registry.errors import SourceFailed, SourceUnready
from email_registry.extract.extraction import Extraction
from email_registry.extract.proof import Proof
from email_registry.runs import RunKind
from email_registry.settings import policy
from email_registry.suppression import Suppressions

BEAT_SECONDS = 20


def extract_source(night_id: int, name: str, on: date, *, owner: str) -> Proof:
    """Stage what a source brings tonight, and store its proof. Returns the proof.

    Raises SourceFailed when the source is not complete. Then nothing of it stays staged.
    """
    audience = policy().sources[name].audience
    with runs.running("loader", RunKind.EXTRACT, name, on, owner=owner, parent_id=night_id) as run_id:
        with transaction("loader") as database:
            runs.void_checks(database, night_id, [name, audience])
            database.execute("extract/clear_source", night_id=night_id, source=name)
            suppressed = suppression.load(database, [audience])
            runs.note(database, run_id, {"suppressions": suppressed.newest})  # load looks for newer ones
        kept_out = set[int]()
        proof, failure = _staged(run_id, name, audience, on, suppressed, kept_out)
        with transaction("loader") as database:
            runs.void_checks(database, night_id, [name, audience])  # a check may have run meanwhile
            proof.write(database, run_id, night_id)
            suppression.note_brought(database, kept_out, on)
            if proof.complete:
                rejected = sum(proof.rejected.values())
                counts = {"received": proof.received, "valid": proof.valid, "rejected": rejected, **proof.noted}
                runs.end(database, run_id, counts=counts)
            else:
                database.execute("extract/clear_source", night_id=night_id, source=name)
        if failure is not None:
            raise failure
    return proof


def clear() -> None:
    """Empty staging with TRUNCATE, because DELETE leaves the bytes on disk. The night's lease excludes other nights."""
    with transaction("loader") as database:
        database.execute("extract/clear_all")


def _staged(
    run_id: int, name: str, audience: str, on: date, suppressed: Suppressions, ids: set[int]
) -> tuple[Proof, SourceFailed | None]:
    """Stage the rows. Returns the proof, and the failure if the source failed.

    It adds to `ids` the ids of the suppressions whose addresses came.
    """
    extraction, kept_out = Extraction(name, on), 0

    def blocks() -> Iterator[bytes]:
        nonlocal kept_out
        beaten_at = time.monotonic()
        for judged in extraction:
            judged, count = _without_suppressed(judged, audience, suppressed, ids)
            kept_out += count
            yield copy_block(str(run_id), judged.emails.arrow(), judged.verdict_column)
            if time.monotonic() - beaten_at > BEAT_SECONDS:
                runs.heartbeat("loader", run_id)
                beaten_at = time.monotonic()

    with transaction("loader") as database:
        database.copy_blocks("extract/copy", blocks())
    proof = extraction.proof
    if kept_out:
        rejected = Counter(proof.rejected) + Counter({SUPPRESSED: kept_out})
        proof = replace(proof, valid=proof.valid - kept_out, rejected=dict(sorted(rejected.items())))
    failure = extraction.failure or (None if extraction.may_repeat else _repeated(proof, on))
    return replace(proof, reason=failure.message if failure else None), failure


def _without_suppressed(judged: Judged, audience: str, suppressed: Suppressions, ids: set[int]) -> tuple[Judged, int]:
    numbers = suppressed.among(audience, judged.emails)
    if not numbers:
        return judged, 0
    ids |= suppressed.ids_of(audience, judged.emails.arrow().take(numbers).to_pylist())
    return judged.without(numbers, SUPPRESSED), len(numbers)


def _repeated(proof: Proof, on: date) -> SourceUnready | None:
    """Return an error when the source brought the same bytes as in its last complete extract of an earlier date."""
    with transaction("loader") as database:
        last = database.rows("extract/last_digest", source=proof.source, on=on)
    if last and proof.received and last[0]["digest"] == proof.digest:
        reason = f"{proof.source}: the file is the one of {last[0]['business_date']} once more"
        return SourceUnready(reason)
    return None
