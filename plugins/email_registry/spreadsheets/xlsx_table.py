"""Reads a table in a workbook: the sheet whose first row has the heading."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO, NamedTuple, Self

from email_registry.spreadsheets.table import MakeError, Row, find_column, read_email
from email_registry.spreadsheets.workbook import Handlers, Sheet, Workbook, unescape

MOST_ROWS = 1_048_576  # of a sheet, by Excel's own limit
DIGITS = "0123456789"


class Cell(NamedTuple):
    """A cell that is not empty. `place`: its column, from 0; `kind`: of its text; `computed`: by a formula."""

    place: int
    kind: str
    text: str
    computed: bool


class XlsxTable:
    """A workbook that is open. `title` is the name of its sheet."""

    def __init__(self, file: BinaryIO, email_heading: str, make_error: MakeError) -> None:
        self._make_error = make_error
        self._book = Workbook(file, make_error)
        self._texts = self._book.texts()
        self._sheet, self.headings = self._choose_sheet(email_heading)
        self.title = self._sheet.title
        self.column = find_column(self.headings, email_heading, make_error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def rows(self) -> Iterator[Row]:
        column, make_error = self.column, self._make_error
        for number, cells in self._raw_rows(self._sheet):
            if number == 1:
                continue
            cell = next((cell for cell in cells if cell.place == column), None)
            email = None if cell is None else self._text(cell)
            if cell is not None and cell.computed:
                raise make_error(
                    f"the address of row {number} is computed by a formula: export the list again as it is"
                )
            others = bool(not (email or "").strip() and any(self._text(cell).strip() for cell in cells))
            email = read_email(number, email, others, make_error)
            if email is not None:
                yield Row(number, email)

    def _choose_sheet(self, email_heading: str) -> tuple[Sheet, tuple[str, ...]]:
        """Choose the one sheet that has the heading. Where none has it, the first is chosen, which is then refused."""
        sheets = [(sheet, self._headings(sheet)) for sheet in self._book.sheets]
        fitting = [
            (sheet, headings)
            for sheet, headings in sheets
            if email_heading.strip() in (heading.strip() for heading in headings)
        ]
        if len(fitting) > 1:
            raise self._make_error("several of its sheets have the heading: leave the one with the list")
        return (fitting or sheets)[0]

    def _headings(self, sheet: Sheet) -> tuple[str, ...]:
        number, cells = next(self._raw_rows(sheet), (1, ()))
        if number != 1 or not cells:
            return ()
        if any(cell.computed for cell in cells):
            raise self._make_error("a heading is computed by a formula: put the text itself there")
        texts = {cell.place: self._text(cell) for cell in cells}
        return tuple(texts.get(place, "") for place in range(max(texts) + 1))

    def _raw_rows(self, sheet: Sheet) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Read the rows with the numbers that the sheet gives them, from 1."""
        handlers = _Rows()
        for _ in self._book.parse_part(sheet.part, handlers):
            yield from handlers.take_rows()

    def _text(self, cell: Cell) -> str:
        return self._texts[int(cell.text)] if cell.kind == "s" else unescape(cell.text)


class _Rows(Handlers):
    """Gathers rows: their numbers, and their cells that are not empty.

    ValueError where a row or a cell does not come after the one before it, because one of the two would be lost.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[int, tuple[Cell, ...]]] = []
        self._number = 0
        self._cells: list[Cell] = []
        self._place, self._kind, self._computed = -1, "", False
        self._parts: list[str] = []
        self._in_text = self._in_pronunciation = False

    def take_rows(self) -> list[tuple[int, tuple[Cell, ...]]]:
        """Return the rows that were gathered since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def on_start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            reference = attributes.get("r")
            self._place, last = _place_of(reference.rstrip(DIGITS)) if reference else self._place + 1, self._place
            if self._place <= last:
                raise ValueError
            self._kind = attributes.get("t", "n")
            self._computed = self._kind == "e"  # the result of a formula
        elif tag in {"v", "t"}:
            self._in_text = not self._in_pronunciation
        elif tag == "row":
            self._number, last = int(attributes.get("r", self._number + 1)), self._number
            self._cells, self._place = [], -1
            if not last < self._number <= MOST_ROWS:
                raise ValueError
        elif tag == "f":
            self._computed = True
        elif tag == "rPh":
            self._in_pronunciation = True

    def on_end(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self._in_text = False
        elif tag == "c":
            if self._parts or self._computed:
                self._cells.append(Cell(self._place, self._kind, "".join(self._parts), self._computed))
                self._parts.clear()
        elif tag == "row":
            self._rows.append((self._number, tuple(self._cells)))
        elif tag == "rPh":
            self._in_pronunciation = False

    def on_text(self, text: str) -> None:
        if self._in_text:
            self._parts.append(text)


@lru_cache(maxsize=1 << 10)
def _place_of(letters: str) -> int:
    """Tell the place of a column from its letters: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    return place - 1
