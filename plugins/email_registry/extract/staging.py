"""Extract: read, judge, stage, prove."""

from __future__ import annotations

from collections import Counter
from datetime import date

from email_registry import runs, suppression
from email_registry.addresses import Judged, judge
from email_registry.addresses.judging import SUPPRESSED, VALID
from email_registry.boundaries.database import transaction
from email_registry.errors import SourceFailed
from email_registry.extract.file import FileReading
from email_registry.extract.odata import ODataReading
from email_registry.extract.proof import Proof
from email_registry.extract.reading import Chunk, Ending, Reading
from email_registry.extract.view import ViewReading
from email_registry.privacy import AddressColumn
from email_registry.settings import Source, policy, utc_now
from email_registry.settings.policy import FileWay, ODataWay
from email_registry.suppression import Suppressions


def open_source(name: str, source: Source, on: date) -> Reading:
    """The reading of a source, by the way that the policy gives it."""
    way = source.way
    if isinstance(way, FileWay):
        return FileReading(name, source, way, on)
    if isinstance(way, ODataWay):
        return ODataReading(name, source, way)
    return ViewReading(name, source, way)


def extract_source(night_id: int, name: str, on: date, *, owner: str) -> Proof:
    """Stage what a source brings tonight and keep its proof. SourceFailed where it is not whole."""
    source = policy().sources[name]
    with runs.running("loader", "extract", name, on, owner=owner, parent_id=night_id) as run_id:
        with transaction("loader") as database:
            runs.void_checks(database, night_id, [name, source.audience])
            database.execute("extract/clear_source", run_id=night_id, source=name)
            suppressed = suppression.load(database, [source.audience])
        proof = _staged(night_id, run_id, name, source, on, suppressed)
        with transaction("loader") as database:
            runs.void_checks(database, night_id, [name, source.audience])  # a check that ran meanwhile
            proof.write(database, run_id, night_id)
            if proof.complete:
                counts = {"received": proof.received, "valid": proof.valid, "rejected": sum(proof.rejected.values())}
                runs.end(database, run_id, counts=counts)
        if proof.reason is not None:
            raise SourceFailed(proof.reason, runbook="source-incomplete")
    return proof


def clear() -> None:
    """Empty staging. TRUNCATE, because DELETE leaves the bytes; the night's lease sees that no other one runs."""
    with transaction("loader") as database:
        database.execute("extract/clear_all")


def _staged(night_id: int, run_id: int, name: str, source: Source, on: date, suppressed: Suppressions) -> Proof:
    started, tally, received, filtered, reason = utc_now(), Counter[str](), 0, 0, None
    ending = Ending(None, 0, "", "")
    try:
        reading = open_source(name, source, on)
        for chunk in reading.chunks():
            tally.update(_stage(night_id, run_id, name, source, chunk, suppressed))
            received += chunk.received
            filtered += chunk.filtered
        ending = reading.ending()
    except SourceFailed as failed:
        reason = failed.message
    if reason is None and ending.declared not in (None, received):
        reason = f"{name}: {received} rows came, {ending.declared} were declared"
    rejected = {verdict: count for verdict, count in sorted(tally.items()) if verdict != VALID}
    return Proof(
        source=name, audience=source.audience, received=received, declared=ending.declared, filtered=filtered,
        valid=tally[VALID], rejected=rejected, staged=tally.total(), pages=ending.pages, contract=ending.contract,
        digest=ending.digest, started_at=started, ended_at=utc_now(), reason=reason,
    )  # fmt: skip


def _stage(
    night_id: int, run_id: int, name: str, source: Source, chunk: Chunk, suppressed: Suppressions
) -> Counter[str]:
    judged = _without_suppressed(judge(chunk.values), source.audience, suppressed)
    rows = zip(judged.emails.reveal(), judged.verdicts, strict=True)
    with transaction("loader") as database:
        database.copy("extract/copy", ((night_id, name, source.audience, email, verdict) for email, verdict in rows))
        database.execute("runs/beat", id=run_id, at=utc_now())
    return Counter(judged.verdicts)


def _without_suppressed(judged: Judged, audience: str, suppressed: Suppressions) -> Judged:
    if suppressed.empty:
        return judged
    verdicts, emails = list(judged.verdicts), list(judged.emails.reveal())
    for index, email in enumerate(emails):
        if email is not None and suppressed.holds(audience, email):
            verdicts[index], emails[index] = SUPPRESSED, None
    return Judged(tuple(verdicts), AddressColumn(emails))
