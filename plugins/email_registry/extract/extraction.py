"""Read one source once: yield chunks of judged rows, and at the end the proof of completeness."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

from email_registry.addresses import VALID, Judged, judge
from email_registry.errors import ConfigurationError, SourceFailed, SourceUnready
from email_registry.extract.file import FileReading
from email_registry.extract.odata import ODataReading
from email_registry.extract.proof import Proof
from email_registry.extract.reading import Chunk, Ending, Reading
from email_registry.extract.view import ViewReading
from email_registry.settings import policy, utc_now
from email_registry.settings.policy import FileWay, ODataWay

JUDGED_AHEAD = 2  # chunks that are judged while others are read and sent; each takes some ten megabytes


class Extraction:
    """One reading of a source. Iterate over it to the end, then read `proof`.

    `way` is one of the source's ways; without it, the policy chooses. `on` is the local date whose rows are read. If
    the source fails, `failure` keeps its error. Raises ConfigurationError when the source, the way or the connection
    does not exist.
    """

    def __init__(self, source: str, on: date, way: str | None = None) -> None:
        sources = policy().sources
        if source not in sources:
            raise ConfigurationError(f"no source is called so; the policy has {', '.join(sources)}", runbook="policy")
        self._source, self._on = source, on
        self.way = way or sources[source].way
        if self.way not in sources[source].ways:
            ways = ", ".join(sources[source].ways)
            raise ConfigurationError(f"{source} has no such way; the policy has {ways}", runbook="policy")
        self.received = self.filtered = 0
        self._tally, self._noted = Counter[str](), Counter[str]()
        self._started = utc_now()
        self._ended = False
        self._ending = Ending(None, 0, "", "")
        self.failure: SourceFailed | None = None

    def __iter__(self) -> Iterator[Judged]:
        try:
            reading = self.reading()
            for chunk, judged in _judged(reading.chunks()):
                self.received += chunk.received
                self.filtered += chunk.filtered
                self._tally.update(judged.counts)
                self._noted.update(judged.noted)
                yield judged
            self._ending = reading.ending()
            self._require_declared_counts()
        except SourceFailed as failed:
            self.failure = failed.with_traceback(None)
        self._ended = True

    @property
    def may_repeat(self) -> bool:
        """Return whether the same contents may have come on an earlier night."""
        return self._ending.may_repeat

    @property
    def proof(self) -> Proof:
        """Return the proof. Raises RuntimeError before everything was read."""
        if not self._ended:
            raise RuntimeError("a proof is of what was read to its end")
        rejected = {verdict: count for verdict, count in sorted(self._tally.items()) if verdict != VALID}
        return Proof(
            source=self._source, audience=policy().sources[self._source].audience, way=self.way,
            received=self.received, declared=self._ending.declared, filtered=self.filtered,
            valid=self._tally[VALID], rejected=rejected, noted=dict(self._noted),
            staged=self._tally.total(), pages=self._ending.pages,
            contract=self._ending.contract, digest=self._ending.digest, started_at=self._started,
            ended_at=utc_now(), reason=self.failure.message if self.failure else None,
        )  # fmt: skip

    def reading(self) -> Reading:
        """Return the reading of the way. It yields raw values that are not judged."""
        way = policy().sources[self._source].ways[self.way]
        if isinstance(way, FileWay):
            return FileReading(self._source, way, self._on)
        if isinstance(way, ODataWay):
            return ODataReading(self._source, way)
        return ViewReading(self._source, way)

    def _require_declared_counts(self) -> None:
        """Raise SourceFailed when the source's own counts differ from this extraction's. A source may have none."""
        ending, matching = self._ending, self.received - self.filtered
        if ending.declared not in (None, self.received):
            raise SourceUnready(f"{self._source}: {self.received} rows came, {ending.declared} were declared")
        if ending.matching not in (None, matching):
            raise SourceFailed(
                f"{self._source}: {matching} rows are the office's, the source counted {ending.matching}"
            )


def _judged(chunks: Iterator[Chunk]) -> Iterator[tuple[Chunk, Judged]]:
    """Yield each chunk with its verdicts, in order.

    Threads judge the next chunks meanwhile, because Arrow releases the lock. An error of `chunks` is raised after all
    chunks before it were yielded.
    """
    rules, failure = policy().addresses, None
    with ThreadPoolExecutor(JUDGED_AHEAD, thread_name_prefix="judge") as pool:
        waiting = deque[tuple[Chunk, Future[Judged]]]()
        try:
            for chunk in chunks:
                waiting.append((chunk, pool.submit(judge, chunk.values, rules)))
                if len(waiting) > JUDGED_AHEAD:
                    first, future = waiting.popleft()
                    yield first, future.result()
        except SourceFailed as failed:
            failure = failed.with_traceback(None)
        for last, future in waiting:
            yield last, future.result()
    if failure is not None:
        raise failure
