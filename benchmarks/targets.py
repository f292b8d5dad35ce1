"""The figures that were wanted, each with the way to see it in what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.medians import Medians

Seen = Callable[[dict[str, Any], Medians, int], list[float | None]]
NIGHTS = (1, 2)


@dataclass(frozen=True)
class Line:
    """`limits`: one for all, or one a value that is seen. `least`: more is better."""

    what: str
    limits: tuple[float, ...]
    seen: Seen
    least: bool = False
    aim: str = ""

    @property
    def bound(self) -> str:
        return ("≥ " if self.least else "≤ ") + " / ".join(f"{limit:g}" for limit in self.limits)

    def held(self, value: float, limit: float) -> bool:
        return value >= limit if self.least else value <= limit


def _slower(name: str, other: str) -> Seen:
    return lambda _, seen, size: [seen.times(name, other, size, 2)]


def _memory(_: dict[str, Any], seen: Medians, size: int) -> list[float | None]:
    return [seen.of("ours", size, night, "peak_mb") for night in NIGHTS]


def _wal(_: dict[str, Any], seen: Medians, size: int) -> list[float | None]:
    return [seen.times("upsert", "ours", size, 2, "wal_mb")]


def _unchanged(_: dict[str, Any], seen: Medians, size: int) -> list[float | None]:
    return [seen.of("ours", size, 3, "wal_mb")]


def _scale(_: dict[str, Any], seen: Medians, size: int) -> list[float | None]:
    return [seen.grown("ours", size, night) for night in NIGHTS]


def _gate(found: dict[str, Any], _: Medians, size: int) -> list[float | None]:
    return [one["gx_seconds"] / one["hand_seconds"] for one in found["gate"] if one["size"] == size]


def _registry(key: str) -> Seen:
    def seen(found: dict[str, Any], _: Medians, size: int) -> list[float | None]:
        grown = found["registry"]
        return [grown["bytes"] / grown[key]] if grown and grown["size"] == size else []

    return seen


LINES = (
    Line("ours, in floors", (9,), _slower("ours", "floor"), aim="6"),
    Line("dlt with Arrow, in ours", (2.5,), _slower("dlt_arrow", "ours"), least=True, aim="4"),
    Line("pandas, in ours", (9,), _slower("pandas_merge", "ours"), least=True),
    Line("dlt with dicts, in ours", (10,), _slower("dlt_dicts", "ours"), least=True),
    Line("the loop, in ours", (20,), _slower("loop", "ours"), least=True),
    Line("ours: peak memory, MB", (100,), _memory),
    Line("WAL of touching every row, in ours", (6,), _wal, least=True),
    Line("ours: WAL of a night without a change, MB", (1,), _unchanged),
    Line("ours: ten times the rows, times the seconds", (13, 11), _scale),
    Line("the gate, in queries by hand", (3,), _gate),
    Line("the registry after the nights, in fresh copies", (1.2,), _registry("fresh_bytes")),
    Line("the same, in copies with packed indexes", (1.2,), _registry("packed_bytes")),
)
