"""Writes the rows of a sheet, in its two forms, as they come."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from email_registry.errors import DeliveryFailed
from email_registry.spreadsheets.template import Template
from email_registry.spreadsheets.xlsx_table import MOST_ROWS

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
ROWS_PER_WRITE = 5000
SHEET_PART = "xl/worksheets/sheet1.xml"
# They mark the places of the row's number and of its address, so no value may contain them.
NUMBER, EMAIL = "\0", "\1"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# XML cannot hold these characters, and Excel reads `_x0041_` as an A.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


class Written(NamedTuple):
    """How many rows were written, and the places of the addresses that were left out, from 0."""

    rows: int
    left_out: list[int]


class CsvRows:
    """Writes rows of a text file. Quotes stand only where they are needed (RFC 4180)."""

    def __init__(self, template: Template, file: BinaryIO, fixed: Mapping[int, str]) -> None:
        self._encoding = template.encoding
        file.write(template.head)
        self._text = io.TextIOWrapper(file, encoding=template.encoding, newline="")
        self._writer = csv.writer(self._text, delimiter=template.delimiter, lineterminator=template.line_end)
        self._cells = ["" for _ in template.headings]
        for place, value in fixed.items():
            self._cells[place] = f"'{value}" if value.startswith(FORMULA_STARTS) else value
        self._column = template.column

    def add(self, emails: Iterable[str]) -> Written:
        number, left_out = 0, []
        cells, column, write = self._cells, self._column, self._writer.writerow
        for number, email in enumerate(emails, 1):
            if email.startswith(FORMULA_STARTS) or _CONTROL.search(email) or not self._can_hold(email):
                left_out.append(number - 1)
                continue
            cells[column] = email
            write(cells)
        return Written(number - len(left_out), left_out)

    def end(self) -> None:
        self._text.flush()

    def give_up(self) -> None:
        self._text.detach()

    def _can_hold(self, email: str) -> bool:
        """Tell whether the address is more than blanks, and the encoding has all of its letters."""
        if not email.isascii():
            try:
                email.encode(self._encoding)
            except UnicodeEncodeError:
                return False
        return bool(email.strip())


class XlsxRows:
    """Writes rows into a workbook that openpyxl made of the headings alone.

    When openpyxl itself writes rows as they come, it keeps them in a file of the system's temporary folder meanwhile,
    where no address may be. It also takes nine times as long (56 s a million rows, openpyxl 3.1.5).
    """

    def __init__(self, template: Template, file: BinaryIO, fixed: Mapping[int, str]) -> None:
        form, quoted_style = _make_form(template)
        self._plain, self._quoted = (_row_of(template, fixed, quoted_style, style) for style in (0, quoted_style))
        self._number = 1
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)
        with ZipFile(form) as parts:
            for name in parts.namelist():
                if name != SHEET_PART:
                    self._zip.writestr(name, parts.read(name))
            top, end, bottom = parts.read(SHEET_PART).rpartition(b"</sheetData>")
        self._bottom = end + bottom
        self._sheet = self._zip.open(SHEET_PART, "w")
        self._sheet.write(top)

    def add(self, emails: Iterable[str]) -> Written:
        before, left_out = self._number, []
        rows: list[str] = []
        for place, email in enumerate(emails):
            if not email.strip() or _NOT_IN_XML.search(email):
                left_out.append(place)
                continue
            rows.append(self._row(email))
            if len(rows) == ROWS_PER_WRITE:
                self._sheet.write("".join(rows).encode())
                rows.clear()
        self._sheet.write("".join(rows).encode())
        return Written(self._number - before, left_out)

    def end(self) -> None:
        self._sheet.write(self._bottom)
        with suppress(RuntimeError):  # zipfile raises it where a part is larger than 2 GB
            self._sheet.close()
            self._zip.close()
            return
        raise DeliveryFailed("the sheet is too large for a workbook: use a .csv template")

    def give_up(self) -> None:
        with suppress(Exception):
            self._sheet.close()
        self._zip.close()

    def _row(self, email: str) -> str:
        if self._number == MOST_ROWS:
            raise DeliveryFailed(
                f"a workbook's sheet has room for {MOST_ROWS - 1} addresses and the list has more: use a .csv template"
            )
        self._number += 1
        number = str(self._number)
        before, after = self._quoted if email.startswith(FORMULA_STARTS) else self._plain
        return f"{number.join(before)}{_as_xml(email)}{number.join(after)}"


def _row_of(template: Template, fixed: Mapping[int, str], quoted: int, style: int) -> tuple[list[str], list[str]]:
    """Make a row's XML before and after the address, each cut where the row's number goes. `style`: of the address."""
    from openpyxl.utils import get_column_letter

    def cell(place: int, text: str, style: int) -> str:
        attributes = f'r="{get_column_letter(place + 1)}{NUMBER}"' + (f' s="{style}"' if style else "")
        return f'<c {attributes} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

    cells = {place: cell(place, _as_xml(value), _style_of(value, quoted)) for place, value in fixed.items()}
    cells[template.column] = cell(template.column, EMAIL, style)
    row = f'<row r="{NUMBER}">{"".join(cells[place] for place in sorted(cells))}</row>'
    before, _, after = row.partition(EMAIL)
    return before.split(NUMBER), after.split(NUMBER)


def _style_of(text: str, quoted: int) -> int:
    return quoted if text.startswith(FORMULA_STARTS) else 0


def _as_xml(text: str) -> str:
    return escape(text, {"\r": "&#13;"})  # XML reads a bare carriage return as a line feed


def _make_form(template: Template) -> tuple[io.BytesIO, int]:
    """Make a workbook of the headings alone. Returns it, and its style number for text that looks like a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(template.title)
    cells = []
    for heading in template.headings:
        cell = WriteOnlyCell(sheet, heading)
        cell.data_type = "s"
        cells.append(cell)
    sheet.append(cells)
    quoted = WriteOnlyCell(sheet)
    quoted.quotePrefix = True
    style = quoted.style_id
    content = io.BytesIO()
    book.save(content)
    return content, style
