"""A nightly drop: a `;`-separated file in UTF-8 and, once it is whole, its completion marker beside it.

The form is the sandbox's own. `counts` in the marker says how many of the rows that are anybody's today each region
has, by which a reader proves its own filter.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from sandbox.home import replacing, write_json


class Written(NamedTuple):
    """What a file holds: rows under the header, and by region those that count."""

    rows: int
    counts: dict[str, int]


def marker_of(path: Path) -> Path:
    """The marker's path of a file."""
    return path.with_name(f"{path.name}.done")


def remove(path: Path) -> None:
    """Take away a file and, first, its marker."""
    marker_of(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def write_file(
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
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(shape(row))
            count += 1
            region = region_of(row)
            if region is not None:
                regions[region] += 1
    return Written(count, dict(sorted(regions.items())))


def write_marker(path: Path, written: Written, *, wrong: bool = False) -> None:
    """Say that the file at `path` is whole, and what it holds; with a `wrong` digest where that is the fault."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    digest = digest[::-1] if wrong else digest
    write_json(marker_of(path), {"rows": written.rows, "sha256": digest, "counts": written.counts})
