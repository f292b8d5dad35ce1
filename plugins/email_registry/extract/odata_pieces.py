"""Divide an entity set into spans of a time that every row has and keeps, each small enough for the source to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from email_registry.settings import utc_now

ROWS = 4_000  # hoped for in a piece: some way below the cap, for no span is as dense as the one before
MOST = 200  # cut off at once; what lies behind is looked at anew
SHORTEST = timedelta(seconds=1)  # times are kept to the second


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
        """Return the source's filter together with this piece's."""
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
        """Divide this piece.

        The parts together have every row once; the last one comes first, because it may have the most.

        `earliest`: the times of its earliest rows, in order: how densely they lie says where to cut. Empty where it
        cannot be divided.
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
        """Return where to cut: at the pace of the earliest rows, or once in the middle when they have one moment."""
        start = max(earliest[0], self.since) if self.since else earliest[0]
        end = self.until or max(utc_now(), earliest[-1]).replace(microsecond=0) + SHORTEST
        width = max((earliest[-1] - earliest[0]) * ROWS / len(earliest), SHORTEST)
        cuts = [_second(start + number * width) for number in range(1, MOST + 1)]
        within = sorted({cut for cut in cuts if start < cut < end})
        middle = _second(start + (end - start) / 2)
        return within or ([middle] if start < middle < end else [])


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
