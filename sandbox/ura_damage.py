"""What may be wrong with URA's files and views on a night: pure changes of rows, of a file's bytes, of its marker."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sandbox.office import Drop, Office

Row = tuple[Any, ...]

OTHERS = 3  # rows of the rest of the country for each of the region's own
HUGE = 10_000_000
# The damage of bytes, and how many rows more the sender counted than he wrote.
ROW_MORE = ("wrong-encoding", "huge-field")


def register(mode: str | None, name: str) -> str:
    """Whose rows stand in the file of this register."""
    return {"persons": "companies", "companies": "persons"}[name] if mode == "swapped" else name


def rows(mode: str | None, office: Office, name: str, found: Iterable[Row]) -> Iterator[Row]:
    """The rows (address, region, customership) that a register gives tonight."""
    if mode == "empty" or (mode, name) == ("companies-empty", "companies"):
        return iter(())
    if mode == "fewer":
        return (row for number, row in enumerate(found) if number % 10 > 2)
    if mode == "country":
        return itertools.chain.from_iterable(_country(office, name, number, row) for number, row in enumerate(found))
    return iter(found)


def _country(office: Office, name: str, number: int, row: Row) -> Iterator[Row]:
    ours = (office.region.code, office.status.open)
    yield (row[0], *ours)
    for other in range(OTHERS):
        yield (f"muu{number}.{other}.{name}@muualta.sandbox-posti.fi", *ours)


def header(mode: str | None, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The head of the file."""
    if mode == "column-renamed":
        return (*columns[:-1], "tila")
    return shape(mode, columns, "nimi")


def shape(mode: str | None, row: Row, more: str = "Testi") -> Row:
    """A row as it is written."""
    if mode == "column-new":
        return (*row, more)
    if mode == "column-missing":
        return row[:-1]
    return row[::-1] if mode == "column-reordered" else row


def content(mode: str | None, office: Office, drop: Drop, text: bytes) -> bytes:
    """The bytes of a file, damaged. Where they are damaged the sender's marker is honest about them."""
    lines = text.splitlines(keepends=True)
    change: dict[str, Callable[[], bytes]] = {
        "wrong-encoding": lambda: _otherwise(drop, _append(text, drop, ("loppu@sandbox-posti.fi", "01", "päättynyt"))),
        "nul": lambda: b"".join([*lines[:2], lines[2].replace(b"@", b"\0@", 1), *lines[3:]]),
        "mixed-line-ends": lambda: b"".join(
            line.replace(b"\n", b"\r\n") if number % 2 else line for number, line in enumerate(lines)
        ),
        "open-quote": lambda: b"".join([*lines[:2], b'"' + lines[2], *lines[3:]]),
        "huge-field": lambda: _append(text, drop, ("a" * HUGE, office.region.code, office.status.open)),
        "still-growing": lambda: text[: len(text) // 2 + 3],
    }
    return change[mode]() if mode in change else text


def _append(text: bytes, drop: Drop, cells: tuple[str, ...]) -> bytes:
    return text + drop.delimiter.join(cells).encode(drop.encoding) + b"\n"


def _otherwise(drop: Drop, text: bytes) -> bytes:
    """In the encoding that was not agreed."""
    other = "cp1252" if drop.encoding == "utf-8" else "utf-8"
    return text.decode(drop.encoding).encode(other, "replace")
