"""A table in a text file: `;`, `,` or tab between its cells; UTF-8, with or without a BOM, or Windows-1252."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Self, TextIO

from email_registry.spreadsheets.table import Failing, Row, column_of, email_in

DELIMITERS = ";,\t"
LONGEST_LINE = 1 << 16
CHUNK = 1 << 20
# Two letters of Windows-1252 that hardly stand side by side, and one of UTF-8 that every Finnish text has.
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")


class CsvTable:
    """`head` is the heading row as it stands in the file, byte for byte, with the BOM before it."""

    def __init__(self, file: BinaryIO, email_heading: str, failing: Failing, *, whole: bool) -> None:
        self._failing = failing
        self.encoding = _encoding(file, failing, whole=whole)
        file.seek(0)
        self._text = io.TextIOWrapper(file, encoding=self.encoding, newline="")
        try:
            self._begin(email_heading)
        except BaseException:
            self._text.detach()  # the file is its opener's to close
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.detach()

    def _begin(self, email_heading: str) -> None:
        head = self._text.read(LONGEST_LINE)
        self.delimiter, self.headings, lines = _heading_row(head, email_heading)
        self.column = column_of(self.headings, email_heading, self._failing)
        text = "".join(io.StringIO(head, newline="").readlines()[:lines])
        self.line_end = _line_end(text)
        text = text if text.endswith(self.line_end) else text + self.line_end
        self.head = text.encode(self.encoding)

    def rows(self) -> Iterator[Row]:
        self._text.seek(0)
        width, column, failing = len(self.headings), self.column, self._failing
        reader = csv.reader(_lines(self._text, failing), delimiter=self.delimiter, strict=True)
        next(reader)
        for number, cells in enumerate(reader, 2):
            if len(cells) != width and any(cell.strip() for cell in cells):
                raise failing(
                    f"row {number} has {len(cells)} cells and the heading row {width}, so it is cut or lacks a quote: "
                    "export it again"
                )
            email = cells[column] if len(cells) == width else ""
            if email and not email.isspace():
                yield Row(number, email)
            else:
                email_in(number, None, any(cell.strip() for cell in cells), failing)


def _encoding(file: BinaryIO, failing: Failing, *, whole: bool) -> str:
    """The file's encoding, found in all of it. Broken UTF-8 is not taken for Windows-1252: it gave other addresses."""
    as_utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    marked, letters, last = False, False, b""
    while data := file.read(CHUNK):
        marked = marked or (not last and data.startswith(codecs.BOM_UTF8))
        if b"\0" in data:
            raise failing("it is no text, or its text is UTF-16: save it as CSV UTF-8 or as .xlsx")
        letters = letters or bool(_UTF8_LETTER.search(last + data))
        last = data[-1:]
        as_utf8 = _fed(as_utf8, data)
    as_utf8 = _fed(as_utf8, b"", final=True)
    if whole and last not in (b"\n", b"\r"):
        raise failing("its last line has no end, so it may be cut: export it again, or as .xlsx")
    if as_utf8 is not None:
        return "utf-8-sig" if marked else "utf-8"
    if marked or letters:
        raise failing("its text is UTF-8 with broken places: save it as CSV UTF-8 or as .xlsx")
    return "cp1252"


def _fed(
    decoder: codecs.IncrementalDecoder | None, data: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder | None:
    """The decoder, as long as it understands."""
    try:
        if decoder is not None:
            decoder.decode(data, final)
    except UnicodeDecodeError:
        return None
    return decoder


def _heading_row(head: str, email_heading: str) -> tuple[str, tuple[str, ...], int]:
    """Delimiter, headings, and how many lines they take: the delimiter that finds the heading, then most of them."""
    found: list[tuple[bool, int, str, tuple[str, ...], int]] = []
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True)
        try:
            headings = tuple(next(reader, ()))
        except csv.Error:
            continue
        there = email_heading.strip() in (heading.strip() for heading in headings)
        found.append((there, len(headings), delimiter, headings, reader.line_num))
    if not found:
        return DELIMITERS[0], (), 0
    best = max(found, key=lambda one: one[:2])  # the first of equals
    return best[2], best[3], best[4]


def _line_end(text: str) -> str:
    return next((end for end in ("\r\n", "\n", "\r") if text.endswith(end)), "\r\n")


def _lines(text: TextIO, failing: Failing) -> Iterator[str]:
    """Line by line, none of them longer than a row may be: a file without line ends is not read into memory."""
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise failing(f"it has a line of more than {LONGEST_LINE} characters, so it is no list: export it again")
        yield line
