"""A nightly drop: a file of separated values and, once it is whole, its completion marker beside it.

The form is the sandbox's own. `counts` in the marker says how many of the rows that are anybody's today each region
has, by which a reader proves its own filter.
"""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from sandbox.home import replacing, write_json
from sandbox.office import Drop


class Written(NamedTuple):
    """What a file holds: rows under the header, and by region those that count."""

    rows: int
    counts: dict[str, int]


def marker_of(drop: Drop, path: Path) -> Path:
    """The marker's path of a file."""
    return path.with_name(path.name + drop.marker)


def remove(drop: Drop, path: Path) -> None:
    """Take away a file and, first, its marker."""
    marker_of(drop, path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def write_file(
    drop: Drop,
    path: Path,
    header: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
    region_of: Callable[[tuple[Any, ...]], str | None],
    shape: Callable[[tuple[Any, ...]], tuple[Any, ...]] = tuple,
) -> Written:
    """Write `rows` under `header`. `region_of` says under which region a row counts, None where under none.

    `shape` makes of a row what is written.
    """
    regions: Counter[str] = Counter()
    count = 0
    with replacing(path) as draft, draft.open("w", encoding=drop.encoding, errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=drop.delimiter, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(_encodable(drop, shape(row)))
            count += 1
            region = region_of(row)
            if region is not None:
                regions[region] += 1
    return Written(count, dict(sorted(regions.items())))


def _encodable(drop: Drop, row: tuple[Any, ...]) -> Iterable[Any]:
    """As the system holds it: a letter in two code points has no place in an encoding of one byte a letter."""
    if drop.encoding == "utf-8":
        return row
    return (unicodedata.normalize("NFC", value) if isinstance(value, str) else value for value in row)


def write_marker(drop: Drop, path: Path, written: Written, *, wrong: bool = False) -> None:
    """Say that the file at `path` is whole, and what it holds; with a `wrong` digest where that is the fault."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    digest = digest[::-1] if wrong else digest
    write_json(marker_of(drop, path), {"rows": written.rows, "sha256": digest, "counts": written.counts})
