"""Reads a table in a file that a person exported, `.xlsx` or `.csv`: row by row, and either whole or with an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from email_registry.spreadsheets.csv_table import CsvTable
from email_registry.spreadsheets.table import MakeError, Row, contain
from email_registry.spreadsheets.xlsx_table import XlsxTable

ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CHANGED = "it changed while it was read: wait until it is copied whole, and read it again"


@contextmanager
def open_table(
    path: Path, email_heading: str, make_error: MakeError, *, whole: bool = True
) -> Iterator[CsvTable | XlsxTable]:
    """Open the table at `path`. `whole`: we need every row, so a text file without a last line end counts as cut.

    It raises what `make_error` makes where the file or its heading row is missing, the heading is missing or stands
    twice, the file is not what its suffix says, or the file changed before the end of the block.
    """
    with contain(lambda: path.open("rb"), make_error) as file:
        before = _file_version(path)
        with contain(lambda: _open(path, file, email_heading, make_error, whole=whole), make_error) as table:
            yield table
        if _file_version(path) != before:
            raise make_error(CHANGED)


def read_pages(rows: Iterator[Row], size: int, make_error: MakeError) -> Iterator[list[Row]]:
    """Read the rows, up to `size` at a time."""
    while page := contain(lambda: list(islice(rows, size)), make_error):
        yield page


def _open(
    path: Path, file: BinaryIO, email_heading: str, make_error: MakeError, *, whole: bool
) -> CsvTable | XlsxTable:
    """Open the table in a file, after a look at what the file really is."""
    suffix, magic = path.suffix.lower(), file.read(4)
    file.seek(0)
    if suffix not in {".xlsx", ".csv"}:
        raise make_error("only .xlsx and .csv can be read: save it as one of them")
    if magic == OLE_MAGIC:
        raise make_error("it is an old .xls, or locked by a password: save it as .xlsx without a password")
    if suffix == ".xlsx" and magic != ZIP_MAGIC:
        raise make_error("it is no .xlsx workbook: export it again")
    if suffix == ".csv" and magic == ZIP_MAGIC:
        raise make_error("it is a workbook and not a text file: give it the suffix .xlsx")
    if suffix == ".xlsx":
        return XlsxTable(file, email_heading, make_error)
    return CsvTable(file, email_heading, make_error, whole=whole)


def _file_version(path: Path) -> tuple[int, int] | None:
    """Tell the size and the time of the last change; None where the file does not exist any more."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
