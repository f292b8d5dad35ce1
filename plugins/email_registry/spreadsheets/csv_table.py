"""Reads a table in a text file: `;`, `,` or tab between its cells; UTF-8, with or without a BOM, or Windows-1252."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Self, TextIO

from email_registry.spreadsheets.table import MakeError, Row, find_column, read_email

DELIMITERS = ";,\t"
LONGEST_LINE = 1 << 16  # characters
BYTES_PER_CHUNK = 1 << 20
# In Windows-1252 these are two letters that hardly stand side by side; in UTF-8 a letter that every Finnish text has.
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")


class CsvTable:
    """A text file that is open. `head` is its heading row, byte for byte, with the BOM before it."""

    def __init__(self, file: BinaryIO, email_heading: str, make_error: MakeError, *, whole: bool) -> None:
        self._make_error = make_error
        self.encoding = _encoding(file, make_error, whole=whole)
        file.seek(0)
        self._text = io.TextIOWrapper(file, encoding=self.encoding, newline="")
        try:
            self._begin(email_heading)
        except BaseException:
            self._text.detach()  # the caller opened the file and closes it
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.detach()

    def _begin(self, email_heading: str) -> None:
        head = self._text.read(LONGEST_LINE)
        self.delimiter, self.headings, lines = _heading_row(head, email_heading)
        self.column = find_column(self.headings, email_heading, self._make_error)
        text = "".join(io.StringIO(head, newline="").readlines()[:lines])
        self.line_end = _line_end(text)
        text = text if text.endswith(self.line_end) else text + self.line_end
        self.head = text.encode(self.encoding)

    def rows(self) -> Iterator[Row]:
        self._text.seek(0)
        width, column, make_error = len(self.headings), self.column, self._make_error
        reader = csv.reader(_lines(self._text, make_error), delimiter=self.delimiter, strict=True)
        next(reader)
        for number, cells in enumerate(reader, 2):
            if len(cells) != width and any(cell.strip() for cell in cells):
                raise make_error(
                    f"row {number} has {len(cells)} cells and the heading row {width}, so it is cut or lacks a quote: "
                    "export it again"
                )
            email = cells[column] if len(cells) == width else ""
            if email and not email.isspace():
                yield Row(number, email)
            else:
                read_email(number, None, any(cell.strip() for cell in cells), make_error)


def _encoding(file: BinaryIO, make_error: MakeError, *, whole: bool) -> str:
    """Read the whole file and tell its encoding. Broken UTF-8 is not Windows-1252, which would give other addresses."""
    as_utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    marked, letters, last = False, False, b""
    while data := file.read(BYTES_PER_CHUNK):
        marked = marked or (not last and data.startswith(codecs.BOM_UTF8))
        if b"\0" in data:
            raise make_error("it is no text, or its text is UTF-16: save it as CSV UTF-8 or as .xlsx")
        letters = letters or bool(_UTF8_LETTER.search(last + data))
        last = data[-1:]
        as_utf8 = _feed(as_utf8, data)
    as_utf8 = _feed(as_utf8, b"", final=True)
    if whole and last not in (b"\n", b"\r"):
        raise make_error("its last line has no end, so it may be cut: export it again, or as .xlsx")
    if as_utf8 is not None:
        return "utf-8-sig" if marked else "utf-8"
    if marked or letters:
        raise make_error("its text is UTF-8 with broken places: save it as CSV UTF-8 or as .xlsx")
    return "cp1252"


def _feed(
    decoder: codecs.IncrementalDecoder | None, data: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder | None:
    """Return the decoder, or None once it has met bytes that it cannot decode."""
    try:
        if decoder is not None:
            decoder.decode(data, final)
    except UnicodeDecodeError:
        return None
    return decoder


def _heading_row(head: str, email_heading: str) -> tuple[str, tuple[str, ...], int]:
    """Tell the delimiter, the headings and how many lines they take.

    The delimiter is the one that finds the heading of the addresses, then the one that gives the most headings.
    """
    candidates: list[tuple[bool, int, str, tuple[str, ...], int]] = []
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True)
        try:
            headings = tuple(next(reader, ()))
        except csv.Error:
            continue
        has_heading = email_heading.strip() in (heading.strip() for heading in headings)
        candidates.append((has_heading, len(headings), delimiter, headings, reader.line_num))
    if not candidates:
        return DELIMITERS[0], (), 0
    _, _, delimiter, headings, lines = max(candidates, key=lambda candidate: candidate[:2])  # the first of equals
    return delimiter, headings, lines


def _line_end(text: str) -> str:
    return next((end for end in ("\r\n", "\n", "\r") if text.endswith(end)), "\r\n")


def _lines(text: TextIO, make_error: MakeError) -> Iterator[str]:
    """Read line by line. A longer line than a row may have is an error: a file without line ends would fill memory."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise make_error(f"it has a line of more than {LONGEST_LINE} characters, so it is no list: export it again")
        yield line
