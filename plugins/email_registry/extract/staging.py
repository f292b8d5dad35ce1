"""Extract: read, judge, stage, prove."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from email_registry import runs, suppression
from email_registry.addresses import Judged
from email_registry.addresses.judging import SUPPRESSED, VALID
from email_registry.boundaries.database import transaction
from email_registry.errors import SourceFailed, SourceUnready
from email_registry.extract.extraction import Extraction
from email_registry.extract.proof import Proof
from email_registry.privacy import AddressColumn
from email_registry.settings import policy, utc_now
from email_registry.suppression import Suppressions


def extract_source(night_id: int, name: str, on: date, *, owner: str) -> Proof:
    """Stage what a source brings tonight; keep its proof. SourceFailed, and nothing staged, where it is not whole."""
    audience = policy().sources[name].audience
    with runs.running("loader", "extract", name, on, owner=owner, parent_id=night_id) as run_id:
        with transaction("loader") as database:
            runs.void_checks(database, night_id, [name, audience])
            database.execute("extract/clear_source", run_id=night_id, source=name)
            suppressed = suppression.load(database, [audience])
        proof, failure = _staged(night_id, run_id, name, audience, on, suppressed)
        with transaction("loader") as database:
            runs.void_checks(database, night_id, [name, audience])  # a check that ran meanwhile
            proof.write(database, run_id, night_id)
            if proof.complete:
                counts = {"received": proof.received, "valid": proof.valid, "rejected": sum(proof.rejected.values())}
                runs.end(database, run_id, counts=counts)
            else:
                database.execute("extract/clear_source", run_id=night_id, source=name)
        if failure is not None:
            raise failure
    return proof


def clear() -> None:
    """Empty staging. TRUNCATE, because DELETE leaves the bytes; the night's lease sees that no other one runs."""
    with transaction("loader") as database:
        database.execute("extract/clear_all")


def _staged(
    night_id: int, run_id: int, name: str, audience: str, on: date, suppressed: Suppressions
) -> tuple[Proof, SourceFailed | None]:
    extraction, kept_out = Extraction(name, on), 0
    for judged in extraction:
        judged, count = _without_suppressed(judged, audience, suppressed)
        kept_out += count
        rows = zip(judged.emails.reveal(), judged.verdicts, strict=True)
        with transaction("loader") as database:
            database.copy("extract/copy", ((night_id, name, audience, email, verdict) for email, verdict in rows))
            database.execute("runs/beat", id=run_id, at=utc_now())
    proof = extraction.proof
    if kept_out:
        rejected = Counter(proof.rejected) + Counter({SUPPRESSED: kept_out})
        proof = replace(proof, valid=proof.valid - kept_out, rejected=dict(sorted(rejected.items())))
    failure = extraction.failure or (None if extraction.may_repeat else _repeated(proof, on))
    return replace(proof, reason=failure.message if failure else None), failure


def _without_suppressed(judged: Judged, audience: str, suppressed: Suppressions) -> tuple[Judged, int]:
    if suppressed.empty:
        return judged, 0
    verdicts, emails, count = list(judged.verdicts), list(judged.emails.reveal()), 0
    for index, email in enumerate(emails):
        if verdicts[index] == VALID and suppressed.holds(audience, email or ""):
            verdicts[index], emails[index] = SUPPRESSED, None
            count += 1
    return Judged(tuple(verdicts), AddressColumn(emails)), count


def _repeated(proof: Proof, on: date) -> SourceUnready | None:
    """What to say where the source brought the very bytes of the last night it was believed."""
    with transaction("loader") as database:
        last = database.rows("extract/last_digest", source=proof.source, on=on)
    if last and proof.received and last[0]["digest"] == proof.digest:
        said = f"{proof.source}: the file is the one of {last[0]['business_date']} once more"
        return SourceUnready(said)
    return None
