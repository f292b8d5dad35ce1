"""Reads exports of a list, as a person saved them from Webropol's pages. A read is whole or an error.

A member's id is the number of its row in the file, as `row5`. It means something only together with this very file.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import partial
from pathlib import Path

from email_registry.deliveries.interface import Members
from email_registry.errors import DeliveryFailed
from email_registry.privacy import AddressColumn
from email_registry.spreadsheets import Row, contain, error_maker, open_table, read_pages

ROWS_PER_PAGE = 5000


def read_export(path: Path, email_heading: str, rows: int = ROWS_PER_PAGE) -> Iterator[Members]:
    """Read the addresses of an `.xlsx` or `.csv` as the file spells them, `rows` at a time. Blank rows are left out.

    DeliveryFailed where the file is missing, broken, cut or of another encoding, unpacks to more than 1 GB or changes
    while it is read; where the heading is missing or stands twice; where an address is missing or a formula.
    """
    make_error = error_maker(path, DeliveryFailed, "webropol")
    with open_table(path, email_heading, make_error) as table:
        for page in read_pages(table.rows(), rows, make_error):
            yield contain(partial(_members, page), make_error)


def read_spellings(path: Path, email_heading: str, ids: Set[str]) -> dict[str, str]:
    """Read how an export spells these members. DeliveryFailed as in `read_export`, and where it lacks a member."""
    make_error = error_maker(path, DeliveryFailed, "webropol")
    spellings: dict[str, str] = {}
    with open_table(path, email_heading, make_error) as table:
        for page in read_pages(table.rows(), ROWS_PER_PAGE, make_error):
            spellings.update((identity, row.email) for row in page if (identity := _identity(row)) in ids)
    if len(spellings) != len(ids):
        raise make_error(
            f"{len(ids) - len(spellings)} of its rows are gone since it was read: sync again from a new export"
        )
    return spellings


def _members(page: list[Row]) -> Members:
    import pyarrow

    emails = pyarrow.array([row.email for row in page], pyarrow.string())
    return Members(tuple(_identity(row) for row in page), AddressColumn(emails))


def _identity(row: Row) -> str:
    return f"row{row.number}"
