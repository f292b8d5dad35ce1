"""Divide an entity set into spans of time that are small enough for the source to count.

The time is a column that every row has and that never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from email_registry.settings import utc_now

ROWS = 4_000  # the number of rows aimed at in a piece; it is below the cap, because spans differ in density
MOST = 200  # cuts made at once; the rows behind the last cut form one piece, which may be divided again
SHORTEST = timedelta(seconds=1)  # the source keeps times to the second


@dataclass(frozen=True)
class Piece:
    """The rows of one entity set from `since` (included) until `until` (not included). None means no limit.

    `untimed`: the piece has the rows without a time. `whole`: it has all rows of the entity set.
    """

    entity_set: str
    key: str
    since: datetime | None = None
    until: datetime | None = None
    untimed: bool = False
    whole: bool = True

    def filter(self, filter_: str, column: str | None) -> str:
        """Return the source's filter combined with this piece's own."""
        if self.whole or column is None:
            return filter_
        if self.untimed:
            return f"({filter_}) and {column} eq null"
        bounds = [
            f"{column} {operator} {at:%Y-%m-%dT%H:%M:%SZ}"
            for operator, at in (("ge", self.since), ("lt", self.until))
            if at is not None
        ]
        return " and ".join([f"({filter_})", *(bounds or [f"{column} ne null"])])

    def parts(self, earliest: Sequence[datetime]) -> list[Piece]:
        """Return the smaller pieces that together have every row of this piece once. Empty when it cannot be divided.

        `earliest` are the times of its earliest rows, in order. Their density decides where to cut. The latest span
        comes before the other spans, because it may have the most rows.
        """
        if self.untimed:
            return []
        timed = replace(self, whole=False)
        untimed = [replace(timed, untimed=True)] if self.whole else []
        bounds = self._bounds(earliest) if earliest else []
        if not bounds:
            return [*untimed, timed] if self.whole else []
        spans = zip([self.since, *bounds], [*bounds, self.until], strict=True)
        return [*untimed, *reversed([replace(timed, since=lower, until=upper) for lower, upper in spans])]

    def _bounds(self, earliest: Sequence[datetime]) -> list[datetime]:
        """Return the times to cut at. They follow the pace of the earliest rows.

        If no such cut lies within the piece, it is cut once in the middle.
        """
        start = max(earliest[0], self.since) if self.since else earliest[0]
        end = self.until or max(utc_now(), earliest[-1]).replace(microsecond=0) + SHORTEST
        width = max((earliest[-1] - earliest[0]) * ROWS / len(earliest), SHORTEST)
        cuts = [_second(start + number * width) for number in range(1, MOST + 1)]
        within = sorted({cut for cut in cuts if start < cut < end})
        middle = _second(start + (end - start) / 2)
        return within or ([middle] if start < middle < end else [])


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
