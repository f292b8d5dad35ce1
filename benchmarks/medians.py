"""Medians over the rounds of what was measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any


class Medians:
    """Of the runs: dicts with contestant, size, round, night, seconds, peak_mb and wal_mb."""

    def __init__(self, runs: Iterable[Mapping[str, Any]]) -> None:
        self._runs: defaultdict[tuple[str, int, int], list[Mapping[str, Any]]] = defaultdict(list)
        for run in runs:
            self._runs[run["contestant"], run["size"], run["night"]].append(run)

    @property
    def sizes(self) -> list[int]:
        return sorted({size for _, size, _ in self._runs})

    @property
    def rounds(self) -> int:
        return max(int(run["round"]) for runs in self._runs.values() for run in runs)

    def has(self, name: str, size: int) -> bool:
        return (name, size, 1) in self._runs

    def of(self, name: str, size: int, night: int, key: str) -> float | None:
        """The median of a figure; None where it was not played."""
        runs = self._runs.get((name, size, night))
        return median(run[key] for run in runs) if runs else None

    def times(self, name: str, other: str, size: int, night: int, key: str = "seconds") -> float | None:
        """How many times the other's figure this one's is."""
        mine, others = self.of(name, size, night, key), self.of(other, size, night, key)
        return None if mine is None or others is None else mine / max(others, 1e-3)

    def grown(self, name: str, size: int, night: int, times: int = 10) -> float | None:
        """How many times the seconds for so many times fewer rows the seconds for `size` are."""
        mine, smaller = self.of(name, size, night, "seconds"), self.of(name, size // times, night, "seconds")
        return None if mine is None or smaller is None else mine / smaller
