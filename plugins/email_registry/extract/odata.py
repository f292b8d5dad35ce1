"""Read a source by OData: a full, filtered snapshot through the Dataverse Web API.

The vendor documents client credentials, `odata.maxpagesize`, that `@odata.nextLink` must be followed verbatim, and
that each row has its primary key even when nobody asks for it. It is not a published fact that KasvuCRM is a
Dataverse, but it is the most plausible reading. `$count` is capped at 5,000; below the cap it is the count that the
source declares. A larger entity set is therefore read in smaller pieces, several at once (docs/decisions/0013).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from email_registry.errors import SourceUnready
from email_registry.extract.odata_pages import Page, Pages
from email_registry.extract.odata_pieces import Piece
from email_registry.extract.reading import Chunk, Ending
from email_registry.extract.seen_keys import SeenKeys
from email_registry.settings import connection
from email_registry.settings.policy import ODataWay

COUNT_CAP = 5000

# A thread returns the piece and its pages, or the smaller pieces that it was divided into. The list of pieces is empty
# when the piece cannot be divided, and None when its pages are returned.
Read = tuple[Piece, list[Page], list[Piece] | None]


class ODataReading:
    """A reading of the entity sets of one source.

    They are read in pieces when the policy names a column to divide them by. Otherwise they are read one by one.
    """

    def __init__(self, name: str, way: ODataWay) -> None:
        self._name, self._way = name, way
        self._pages = Pages(name, way, connection(way.connection))
        self._keys = SeenKeys()
        self._declared: int | None = 0
        self._pages_read = 0

    def chunks(self) -> Iterator[Chunk]:
        wholes = [Piece(entity_set, key) for entity_set, key in self._way.entity_sets.items()]
        try:
            yield from self._in_pieces(wholes) if self._way.partition else self._one_by_one(wholes)
            self._require_distinct_keys(now=True)
        finally:
            self._pages.close()

    def ending(self) -> Ending:
        contract = ", ".join(self._way.columns.agreed)
        return Ending(self._declared, self._pages_read, contract, self._keys.digest(), matching=self._declared)

    def _one_by_one(self, pieces: list[Piece]) -> Iterator[Chunk]:
        for piece in pieces:
            received, count = 0, None
            for number, page in enumerate(self._pages.of(piece)):
                count = page.count if number == 0 else count
                received += len(page.emails)
                yield self._chunk(page)
            self._declare(received, count)

    def _in_pieces(self, pieces: list[Piece]) -> Iterator[Chunk]:
        """Read up to `at_once` pieces at a time. It yields their pages before it asks for more pieces."""
        waiting, reading = deque(pieces), set[Future[Read]]()
        pool = ThreadPoolExecutor(self._way.at_once, thread_name_prefix=self._name)
        try:
            while waiting or reading:
                while waiting and len(reading) < self._way.at_once:
                    reading.add(pool.submit(self._read, waiting.popleft()))
                done, reading = wait(reading, return_when=FIRST_COMPLETED)
                for future in done:
                    piece, pages, smaller = future.result()
                    if smaller is None:
                        yield from (self._chunk(page) for page in pages)
                        self._declare(sum(len(page.emails) for page in pages), pages[0].count)
                    elif smaller:
                        waiting.extendleft(reversed(smaller))
                    else:
                        yield from self._one_by_one([piece])
        finally:
            self._pages.close()
            pool.shutdown(cancel_futures=True)

    def _read(self, piece: Piece) -> Read:
        """Return a piece's pages when it has fewer rows than the cap, else the pieces that it must be divided into."""
        pages: list[Page] = []
        received = 0
        for page in self._pages.of(piece):
            if not pages and (page.count is None or page.count >= COUNT_CAP):
                return piece, [], piece.parts(self._pages.earliest(piece))
            pages.append(page)
            received += len(page.emails)
            if received > (pages[0].count or 0):
                break
        return piece, pages, None

    def _declare(self, received: int, count: int | None) -> None:
        """Add the source's own count of a piece. Only a count below the cap is real; any other makes the sum unknown.

        Raises SourceUnready when another number of rows came.
        """
        if count is None or count >= COUNT_CAP:
            self._declared = None
            return
        if received != count:
            raise SourceUnready(f"{self._name}: {received} rows came, {count} were declared")
        if self._declared is not None:
            self._declared += count

    def _chunk(self, page: Page) -> Chunk:
        self._pages_read += 1
        self._keys.add(page.keys)
        self._require_distinct_keys()
        return Chunk(page.emails, len(page.emails), 0)

    def _require_distinct_keys(self, *, now: bool = False) -> None:
        if self._keys.twice(now=now):
            raise SourceUnready(f"{self._name}: a row came twice: rows moved between pages")
