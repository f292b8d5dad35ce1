"""The file way: a nightly CSV in a folder, with a completion marker beside it.

URA's interface is not public. This is the form agreed on: `{name}` and `{name}.done`, the marker being JSON
`{"rows": n, "sha256": hex}`, written after the file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

from email_registry.boundaries.files import file_work
from email_registry.errors import SourceFailed
from email_registry.extract.reading import CHUNK, Chunk, Ending
from email_registry.privacy import AddressColumn
from email_registry.settings import Source, connection
from email_registry.settings.policy import FileWay

RUNBOOK = "source-incomplete"


class FileReading:
    """One drop: the newest complete one that is not older than the policy allows."""

    def __init__(self, name: str, source: Source, way: FileWay, on: date) -> None:
        self._name, self._source, self._way = name, source, way
        self._path = self._newest(Path(connection(way.connection).require("folder")), on)
        self._declared, self._digest = self._marker()

    def chunks(self) -> Iterator[Chunk]:
        file = file_work(self._path, lambda: self._path.open("rb"), SourceFailed)
        with file:
            before = os.fstat(file.fileno())
            if hashlib.file_digest(file, "sha256").hexdigest() != self._digest:
                raise self._failed("the file's digest is not the marker's")
            file.seek(0)
            yield from self._parsed(file)
            after = os.fstat(file.fileno())
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise self._failed("the file changed while it was read")

    def ending(self) -> Ending:
        contract = ",".join(sorted(self._source.columns.agreed))
        return Ending(declared=self._declared, pages=1, contract=contract, digest=self._digest)

    def _newest(self, folder: Path, on: date) -> Path:
        for age in range(self._way.max_age_days + 1):
            path = folder / self._way.name.format(date=(on - timedelta(days=age)).isoformat())
            if path.with_name(path.name + self._way.marker).is_file():
                return path
        raise self._failed(f"no complete file of {on}" + (" or lately" if self._way.max_age_days else ""))

    def _marker(self) -> tuple[int, str]:
        try:
            marker = json.loads(self._path.with_name(self._path.name + self._way.marker).read_text(encoding="utf-8"))
            return int(marker["rows"]), str(marker["sha256"]).lower()
        except (OSError, ValueError, KeyError, TypeError):
            pass
        raise self._failed("the completion marker is not as agreed (JSON with rows and sha256)")

    def _parsed(self, file: BinaryIO) -> Iterator[Chunk]:
        import pandas as pd  # a second at import, which parsing a DAG file need not pay

        columns = self._source.columns
        try:
            reader = pd.read_csv(
                file, sep=self._way.delimiter, encoding=self._way.encoding, dtype=str, keep_default_na=False,
                na_filter=False, chunksize=CHUNK, on_bad_lines="error", engine="c",
            )  # fmt: skip
            with reader:
                for frame in reader:
                    self._hold_contract([str(column) for column in frame.columns])
                    if not isinstance(frame.index, pd.RangeIndex):
                        # Rows longer than the header: pandas makes the first column their index, and shifts the rest.
                        raise self._failed("the rows are longer than the header")
                    kept = frame
                    for column, value in columns.where.items():
                        kept = kept[kept[column] == value]
                    yield Chunk(AddressColumn(kept[columns.email].tolist()), len(frame), len(frame) - len(kept))
            return
        except (ValueError, OSError) as error:  # pandas' own errors and decoding errors are ValueErrors
            kind = type(error).__name__
        raise self._failed(f"the file cannot be read as agreed ({kind})")

    def _hold_contract(self, found: list[str]) -> None:
        agreed = self._source.columns.agreed
        missing = [column for column in agreed if column not in found]
        if missing:
            raise self._failed(f"the agreed column {missing[0]} is missing")
        if len(found) != len(agreed):
            raise self._failed(f"{len(found) - len(agreed)} column(s) came that were not agreed")

    def _failed(self, why: str) -> SourceFailed:
        return SourceFailed(f"{self._name}: {why}", runbook=RUNBOOK)
