"""The pieces of an entity set: spans of a time that every row has and keeps, each small enough to be counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from email_registry.settings import utc_now

PARTS = 16
SHORTEST = timedelta(seconds=1)  # times are kept to the second
# Open ends are divided as if they ended here; the outermost parts stay open.
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Piece:
    """Rows of one entity set from `since` (inclusive) until `until`; open where None. `untimed`: without a time."""

    entity_set: str
    key: str
    since: datetime | None = None
    until: datetime | None = None
    untimed: bool = False
    whole: bool = True

    def filter(self, filter_: str, column: str | None) -> str:
        """The source's filter, and this piece's."""
        if self.whole or column is None:
            return filter_
        if self.untimed:
            return f"({filter_}) and {column} eq null"
        bounds = [
            f"{column} {operator} {at:%Y-%m-%dT%H:%M:%SZ}"
            for operator, at in (("ge", self.since), ("lt", self.until))
            if at is not None
        ]
        return " and ".join([f"({filter_})", *bounds])

    def parts(self, since: date) -> list[Piece]:
        """Pieces that together hold every row of this one, once. Empty where it cannot be divided.

        `since`: the date before which few rows are expected, the first bound of the whole.
        """
        if self.untimed:
            return []
        if self.whole:
            first = datetime.combine(since, time(), UTC)
            timed = replace(self, whole=False)
            return [replace(timed, untimed=True), replace(timed, until=first), *replace(timed, since=first)._divided()]
        return self._divided()

    def _divided(self) -> list[Piece]:
        start = self.since or EARLIEST
        end = self.until or (utc_now() + timedelta(days=1)).replace(microsecond=0)
        if end - start <= SHORTEST:
            return []
        bounds = list(_bounds(start, end))
        return [
            replace(self, since=lower, until=upper)
            for lower, upper in zip([self.since, *bounds], [*bounds, self.until], strict=True)
        ]


def _bounds(start: datetime, end: datetime) -> Iterator[datetime]:
    """The bounds between, to the second, each later than the one before."""
    last = start
    for number in range(1, PARTS):
        bound = (start + (end - start) * number / PARTS).replace(microsecond=0)
        if last < bound < end:
            yield bound
            last = bound
