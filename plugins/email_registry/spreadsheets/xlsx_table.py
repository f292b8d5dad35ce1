"""A table in a workbook: the sheet whose first row has the heading."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO, NamedTuple, Self

from email_registry.spreadsheets.table import Failing, Row, column_of, email_in
from email_registry.spreadsheets.workbook import Handlers, Sheet, Workbook, unescaped

MOST_ROWS = 1_048_576  # of a sheet, by Excel's own limit
DIGITS = "0123456789"


class Cell(NamedTuple):
    """A cell with something in it: its place in the row, the kind of its text, the text, whether it is computed."""

    place: int
    kind: str
    text: str
    computed: bool


class XlsxTable:
    """`title` is the sheet's."""

    def __init__(self, file: BinaryIO, email_heading: str, failing: Failing) -> None:
        self._failing = failing
        self._book = Workbook(file, failing)
        self._texts = self._book.texts()
        self._sheet, self.headings = self._chosen(email_heading)
        self.title = self._sheet.title
        self.column = column_of(self.headings, email_heading, failing)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def rows(self) -> Iterator[Row]:
        column, failing = self.column, self._failing
        for number, cells in self._raw_rows(self._sheet):
            if number == 1:
                continue
            found = next((cell for cell in cells if cell.place == column), None)
            email = None if found is None else self._text(found)
            if found is not None and found.computed:
                raise failing(f"the address of row {number} is computed by a formula: export the list again as it is")
            others = bool(not (email or "").strip() and any(self._text(cell).strip() for cell in cells))
            email = email_in(number, email, others, failing)
            if email is not None:
                yield Row(number, email)

    def _chosen(self, email_heading: str) -> tuple[Sheet, tuple[str, ...]]:
        """The one sheet that has the heading; where none has it the first, which is then refused."""
        wanted, known = email_heading.strip(), [(sheet, self._headings(sheet)) for sheet in self._book.sheets]
        having = [one for one in known if wanted in (heading.strip() for heading in one[1])]
        if len(having) > 1:
            raise self._failing("several of its sheets have the heading: leave the one with the list")
        return (having or known)[0]

    def _headings(self, sheet: Sheet) -> tuple[str, ...]:
        number, cells = next(self._raw_rows(sheet), (1, ()))
        if number != 1 or not cells:
            return ()
        if any(cell.computed for cell in cells):
            raise self._failing("a heading is computed by a formula: put the text itself there")
        texts = {cell.place: self._text(cell) for cell in cells}
        return tuple(texts.get(place, "") for place in range(max(texts) + 1))

    def _raw_rows(self, sheet: Sheet) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """The rows as the sheet numbers them, from 1."""
        handlers = _Rows()
        for _ in self._book.parsed(sheet.part, handlers):
            yield from handlers.taken()

    def _text(self, cell: Cell) -> str:
        return self._texts[int(cell.text)] if cell.kind == "s" else unescaped(cell.text)


class _Rows(Handlers):
    """Gathers rows: their numbers, and their cells that have something in them.

    ValueError where a row or a cell does not come after the one before it: one of the two would be lost.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[int, tuple[Cell, ...]]] = []
        self._number = 0
        self._cells: list[Cell] = []
        self._place, self._kind, self._computed = -1, "", False
        self._parts: list[str] = []
        self._taking = self._aside = False

    def taken(self) -> list[tuple[int, tuple[Cell, ...]]]:
        """What was gathered since the last time."""
        taken, self._rows = self._rows, []
        return taken

    def started(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            reference = attributes.get("r")
            self._place, last = _place_of(reference.rstrip(DIGITS)) if reference else self._place + 1, self._place
            if self._place <= last:
                raise ValueError
            self._kind = attributes.get("t", "n")
            self._computed = self._kind == "e"  # what a formula came to
        elif tag in {"v", "t"}:
            self._taking = not self._aside
        elif tag == "row":
            self._number, last = int(attributes.get("r", self._number + 1)), self._number
            self._cells, self._place = [], -1
            if not last < self._number <= MOST_ROWS:
                raise ValueError
        elif tag == "f":
            self._computed = True
        elif tag == "rPh":
            self._aside = True

    def ended(self, tag: str) -> None:
        if tag in {"v", "t"}:
            self._taking = False
        elif tag == "c":
            if self._parts or self._computed:
                self._cells.append(Cell(self._place, self._kind, "".join(self._parts), self._computed))
                self._parts.clear()
        elif tag == "row":
            self._rows.append((self._number, tuple(self._cells)))
        elif tag == "rPh":
            self._aside = False

    def said(self, text: str) -> None:
        if self._taking:
            self._parts.append(text)


@lru_cache(maxsize=1 << 10)
def _place_of(letters: str) -> int:
    """A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + "ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(letter) + 1
    return place - 1
