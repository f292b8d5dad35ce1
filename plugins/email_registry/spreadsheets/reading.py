"""A table in a file that a person exported: `.xlsx` or `.csv`, read row by row, whole or with an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from email_registry.spreadsheets.csv_table import CsvTable
from email_registry.spreadsheets.table import Failing, Row, contained
from email_registry.spreadsheets.xlsx_table import XlsxTable

ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CHANGED = "it changed while it was read: wait until it is copied whole, and read it again"


@contextmanager
def opened(path: Path, email_heading: str, failing: Failing, *, whole: bool = True) -> Iterator[CsvTable | XlsxTable]:
    """The table at `path`. `whole`: every row is wanted, so a text file without a last line end is taken for cut.

    Fails where there is no such file or heading row, the heading is not there or there twice, the file is not what
    its suffix says, or it is another at the end of the block than at its beginning.
    """
    with contained(lambda: path.open("rb"), failing) as file:
        before = _version(path)
        with contained(lambda: _table(path, file, email_heading, failing, whole=whole), failing) as table:
            yield table
        if _version(path) != before:
            raise failing(CHANGED)


def in_pages(rows: Iterator[Row], most: int, failing: Failing) -> Iterator[list[Row]]:
    """The rows, up to `most` at a time."""
    while page := contained(lambda: list(islice(rows, most)), failing):
        yield page


def _table(path: Path, file: BinaryIO, email_heading: str, failing: Failing, *, whole: bool) -> CsvTable | XlsxTable:
    """The table in an open file, after a look at what the file really is."""
    suffix, begins = path.suffix.lower(), file.read(4)
    file.seek(0)
    if suffix not in {".xlsx", ".csv"}:
        raise failing("only .xlsx and .csv can be read: save it as one of them")
    if begins == OLE_MAGIC:
        raise failing("it is an old .xls, or locked by a password: save it as .xlsx without a password")
    if suffix == ".xlsx" and begins != ZIP_MAGIC:
        raise failing("it is no .xlsx workbook: export it again")
    if suffix == ".csv" and begins == ZIP_MAGIC:
        raise failing("it is a workbook and not a text file: give it the suffix .xlsx")
    if suffix == ".xlsx":
        return XlsxTable(file, email_heading, failing)
    return CsvTable(file, email_heading, failing, whole=whole)


def _version(path: Path) -> tuple[int, int] | None:
    """Size and time of the last change; None where it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
