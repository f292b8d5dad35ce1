"""What a person at the office does on Webropol's pages: imports sheets, exports lists, resets a list.

Documented: recipients are imported as Excel or CSV in the template exported from Webropol, whose headings and their
order must not change; resetting deletes the recipients; there is a Do-Not-Contact list. The sandbox's own: these very
headings, the further column of an export, and that a sheet can also name those to remove.
"""

from __future__ import annotations

import csv
import sqlite3
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sandbox.errors import SandboxError
from sandbox.home import replacing
from sandbox.office import FIRST, Sheet, named, office_of
from sandbox.world import World, sql

MAX_EMAIL = 254
SUFFIXES = (".xlsx", ".csv")


class Imported(NamedTuple):
    """What became of a sheet's rows; `done` were added, or removed."""

    done: int
    already: int
    invalid: int


def import_sheet(world: World, name: str, path: Path, *, removals: bool = False) -> Imported:
    """Add to a list whoever is on the sheet and not there yet, in whatever case, as it is spelled; or remove them.

    SandboxError where the file is no sheet of the template: then nothing of it is done.
    """
    rows = list(_rows(_template(world), path))
    with world.writing() as db:
        list_id = _list(db, name)
        members = {folded for (folded,) in db.execute(sql("person/folded"), (list_id,))}
        return (_remove if removals else _add)(db, list_id, rows, members)


def export_list(world: World, name: str, path: Path) -> int:
    """Write a list's members under the template's headings and a status; how many."""
    with world.reading() as db:
        emails = [email for (email,) in db.execute(sql("person/members"), (_list(db, name),))]
    sheet = _template(world)

    def row(email: str) -> tuple[str, ...]:
        return (*(email if heading == sheet.email else "" for heading in sheet.headings), "Valid")

    _write(sheet.name, path, (*sheet.headings, sheet.status), map(row, emails))
    return len(emails)


def write_template(path: Path, office: str = FIRST) -> None:
    """Write the customer's template: its headings and nobody."""
    sheet = named(office).webropol.sheet
    _write(sheet.name, path, sheet.headings, ())


def reset(world: World, name: str) -> int:
    """Delete all recipients of a list, as resetting a survey does; how many there were."""
    with world.writing() as db:
        return db.execute(sql("webropol/reset"), (_list(db, name),)).rowcount


def export_do_not_contact(world: World, path: Path) -> int:
    """Write the addresses of everybody who unsubscribed; how many."""
    with world.reading() as db:
        emails = [email for (email,) in db.execute(sql("person/left"))]
    sheet = _template(world)
    _write(sheet.name, path, (sheet.email, sheet.status), ((email, "Unsubscribed") for email in emails))
    return len(emails)


def _template(world: World) -> Sheet:
    with world.reading() as db:
        return office_of(db).webropol.sheet


def _list(db: sqlite3.Connection, name: str) -> str:
    lists = office_of(db).webropol.names
    if name not in lists:
        raise SandboxError(f"there is no list of that name; there are: {', '.join(lists)}")
    found = db.execute(sql("person/find_list"), (lists[name],)).fetchone()
    if found is None:
        raise SandboxError(f"there is no list {name} at Webropol any more: make the world anew")
    return str(found[0])


def _add(db: sqlite3.Connection, list_id: str, rows: list[str], members: set[str]) -> Imported:
    done = already = invalid = 0
    for email in rows:
        folded = email.casefold()
        if not _plausible(email):
            invalid += 1
        elif folded in members:
            already += 1
        else:
            members.add(folded)
            db.execute(sql("person/add"), (str(uuid.uuid4()), list_id, email, folded))
            done += 1
    return Imported(done, already, invalid)


def _remove(db: sqlite3.Connection, list_id: str, rows: list[str], members: set[str]) -> Imported:
    done = already = 0
    for folded in (email.casefold() for email in rows):
        if folded in members:
            members.discard(folded)
            db.execute(sql("person/remove"), (list_id, folded))
            done += 1
        else:
            already += 1
    return Imported(done, already, 0)


def _plausible(email: str) -> bool:
    """As little as a mail service must know."""
    local, _, domain = email.partition("@")
    short = len(email) <= MAX_EMAIL
    return bool(local and domain and "@" not in domain and short and email.isprintable() and " " not in email)


def _rows(sheet: Sheet, path: Path) -> Iterator[str]:
    """The addresses of a sheet; SandboxError where it is not in the template's form."""
    if not path.is_file():
        raise SandboxError(f"there is no file {path}")
    headings, email = sheet.headings, sheet.headings.index(sheet.email)
    cells = _workbook(len(headings), path) if _suffix(path) == ".xlsx" else _text(path)
    if next(cells, ()) != headings:
        raise SandboxError(f"{path.name}: its headings are not the template's, in their order")
    for row in cells:
        if len(row) != len(headings):
            raise SandboxError(f"{path.name}: a row has other cells than the headings")
        if any(row):
            yield row[email]


def _text(path: Path) -> Iterator[tuple[str, ...]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from map(tuple, csv.reader(file, delimiter=";", strict=True))
            return
    except (csv.Error, UnicodeDecodeError):
        pass  # what they say may hold a cell
    raise SandboxError(f"{path.name} is no CSV in UTF-8 with semicolons")


def _workbook(columns: int, path: Path) -> Iterator[tuple[str, ...]]:
    import openpyxl

    book = None
    with suppress(zipfile.BadZipFile, KeyError, ValueError):  # what they say may hold a cell
        book = openpyxl.load_workbook(path, read_only=True)
    if book is None:
        raise SandboxError(f"{path.name} is no workbook")
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=columns):
            if any(cell.data_type == "f" for cell in row):
                raise SandboxError(f"{path.name}: a cell is a formula, which would be computed")
            yield tuple("" if cell.value is None else str(cell.value) for cell in row)
    finally:
        book.close()


def _write(sheet: str, path: Path, headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write a file as Webropol does; its name's ending says which kind."""
    suffix = _suffix(path)
    if not path.parent.is_dir():
        raise SandboxError(f"there is no folder {path.parent}: make it, or name another file")
    with replacing(path) as draft:
        if suffix == ".xlsx":
            _write_workbook(sheet, draft, headings, rows)
            return
        with draft.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([headings, *rows])


def _write_workbook(name: str, draft: Path, headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.append(headings)
    for row in rows:
        cells = [WriteOnlyCell(sheet, value or None) for value in row]
        for cell in cells:
            cell.data_type = "s"  # an address that begins with = is no formula
        sheet.append(cells)
    book.save(draft)


def _suffix(path: Path) -> str:
    if path.suffix.lower() not in SUFFIXES:
        raise SandboxError("the file's name must end with .xlsx or .csv")
    return path.suffix.lower()
