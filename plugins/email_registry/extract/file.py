"""Read a source by file: a nightly CSV in a folder or on an SFTP server, with a completion marker beside it.

URA's interface is not public. This is the agreed form: the file is `{name}`, and the marker is `{name}.done`. The
sender writes the marker after the file. It is JSON `{"rows": n, "sha256": hex, "counts": {key: n}}`, and it has
`counts` only when the policy names a key.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from email_registry.boundaries.files import Folder
from email_registry.boundaries.sftp import SftpFolder
from email_registry.errors import SourceFailed, SourceUnready
from email_registry.extract.drop_bytes import DropBytes
from email_registry.extract.reading import Chunk, Ending, require_agreed_columns
from email_registry.privacy import AddressColumn
from email_registry.settings import connection
from email_registry.settings.policy import FileWay

BLOCK_BYTES = 3 << 17  # so much is parsed at a time; a row that is longer is refused
MARKER_BYTES = 1 << 16
SHORTEST_DIGEST = 64
LOOKED_BACK = 366  # days


@dataclass(frozen=True)
class Marker:
    """What the sender declares about a file."""

    rows: int
    digest: str
    matching: int | None


class FileReading:
    """The newest complete drop that is not older than the policy allows."""

    def __init__(self, name: str, way: FileWay, on: date) -> None:
        self._name, self._way, self._on = name, way, on
        self._age = 0
        self._marker: Marker | None = None
        self._digest = ""

    def chunks(self) -> Iterator[Chunk]:
        with self.opened() as folder:
            name = self._newest(folder)
            self._marker = self._read_marker(folder.read(name + self._way.marker, MARKER_BYTES))
            before = folder.version(name)
            with folder.open(name) as file:
                content = DropBytes(self._name, self._way, file)
                yield from self._parsed(content)
            self._digest = content.digest
            if folder.version(name) != before:
                raise self._unready("the file changed while it was read")
        if self._digest != self._marker.digest:
            raise self._unready("the file's digest is not the marker's")

    def ending(self) -> Ending:
        assert self._marker is not None  # noqa: S101  read before the first chunk
        return Ending(
            declared=self._marker.rows, pages=1, contract=", ".join(self._way.columns.agreed), digest=self._digest,
            matching=self._marker.matching, may_repeat=self._way.may_repeat or self._age > 0,
        )  # fmt: skip

    def opened(self) -> Folder | SftpFolder:
        """Return the folder of the drops. Use it in a `with` statement, which opens and closes it."""
        return _folder(self._name, self._way)

    def newest(self, names: set[str]) -> tuple[int, str]:
        """Return the age in days and the name of the newest complete drop among these files.

        It looks back a year, whatever age the policy allows. Raises SourceUnready when there is none.
        """
        for age in range(LOOKED_BACK):
            name = self._way.name_of(self._on - timedelta(days=age))
            if name + self._way.marker in names:
                return age, name
        raise self._unready("no complete file of any day is there")

    def headings(self, folder: Folder | SftpFolder, name: str) -> list[str]:
        """Return the headings of a drop after checking its marker. It parses no row."""
        self._read_marker(folder.read(name + self._way.marker, MARKER_BYTES))
        head = folder.read(name, MARKER_BYTES).partition(b"\n")[0]
        encoding = "utf-8-sig" if self._way.encoding == "utf-8" else self._way.encoding
        with suppress(UnicodeDecodeError):
            return next(csv.reader([head.decode(encoding).rstrip("\r")], delimiter=self._way.delimiter), [])
        raise self._failed(f"its headings are not in {self._way.encoding} as agreed")

    def _newest(self, folder: Folder | SftpFolder) -> str:
        names = folder.names()
        for age in range(self._way.max_age_days + 1):
            name = self._way.name_of(self._on - timedelta(days=age))
            if name + self._way.marker in names:
                self._age = age
                return name
        raise self._unready(f"no complete file of {self._on}" + (" or lately" if self._way.max_age_days else ""))

    def _read_marker(self, text: bytes) -> Marker:
        key = self._way.counts_key
        try:
            marker: dict[str, Any] = json.loads(text)
            rows, digest = marker["rows"], str(marker["sha256"]).lower()
            matching = None if key is None else marker["counts"].get(key, 0)
            if _is_count(rows) and len(digest) == SHORTEST_DIGEST and (key is None or _is_count(matching)):
                return Marker(rows, digest, matching)
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        wanted = "rows and sha256" + (", and counts" if key else "")
        raise self._failed(f"the completion marker is not as agreed (JSON with {wanted})")

    def _parsed(self, content: DropBytes) -> Iterator[Chunk]:
        import pyarrow
        from pyarrow import csv as arrow_csv

        columns, kind = self._way.columns, ""
        try:
            reader = arrow_csv.open_csv(
                pyarrow.PythonFile(content, mode="r"),
                arrow_csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False),
                arrow_csv.ParseOptions(delimiter=self._way.delimiter),
                arrow_csv.ConvertOptions(
                    column_types={column: pyarrow.string() for column in columns.agreed}, strings_can_be_null=False
                ),
            )
            require_agreed_columns(self._name, columns, reader.schema.names)
            for batch in reader:
                kept = _where(batch, columns.where)
                values = AddressColumn(kept.column(columns.email))
                yield Chunk(values, batch.num_rows, batch.num_rows - kept.num_rows)
        except (pyarrow.ArrowException, ValueError) as error:  # the error's text contains the row, so it is not kept
            kind = type(error).__name__
        if content.failure is not None:
            raise content.failure
        if kind:
            raise self._failed("the file cannot be read as agreed: rows, quotes or encoding are broken")

    def _unready(self, why: str) -> SourceUnready:
        return SourceUnready(f"{self._name}: {why}")

    def _failed(self, why: str) -> SourceFailed:
        return SourceFailed(f"{self._name}: {why}")


def _folder(source: str, way: FileWay) -> Folder | SftpFolder:
    access = connection(way.connection)
    if access.kind == "sftp":
        return SftpFolder(source, access)
    return Folder(access.require("folder"), SourceUnready)


def _where(batch: Any, where: Any) -> Any:
    """Return the rows that have these values."""
    import pyarrow.compute

    for column, value in where.items():
        batch = batch.filter(pyarrow.compute.equal(batch.column(column), value))
    return batch


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
