"""Workbooks and text files for tests, as other programs write them, and how they are read or refused."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from email_registry.deliveries.exports import read_export
from email_registry.errors import DeliveryFailed, RegistryError

EMAIL = "Sähköposti"
SECRET = "matti.meikalainen@sandbox-posti.fi"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def write_workbook(path: Path, *rows: tuple[object, ...], title: str = "Vastaanottajat") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def write_text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def refusal_of(kind: type[RegistryError], work: Callable[[], object]) -> str:
    """Return the message of the error. Neither it nor an error behind it contains anything of the file."""
    with pytest.raises(kind) as raised:
        work()
    error = raised.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "@" not in str(error)
    assert "meikalainen" not in str(error)
    return str(error)


def read_cells(path: Path) -> list[tuple[object, ...]]:
    """Read a sheet as another program does."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [tuple(row) for row in csv.reader(file, delimiter=";", strict=True)]
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def read_addresses(path: Path, rows: int = 5000) -> dict[str, str | None]:
    """Read an export: id -> address."""
    addresses: dict[str, str | None] = {}
    for page in read_export(path, EMAIL, rows):
        addresses.update(zip(page.ids, page.emails.reveal(), strict=True))
    return addresses


def refusal_of_export(path: Path) -> str:
    """Return the message with which an export is refused."""
    message = refusal_of(DeliveryFailed, lambda: read_addresses(path))
    assert message.endswith("(docs/runbooks/webropol.md)")
    return message


def write_xml(path: Path, rows: str, texts: str = "", before: str = "", prefix: str = "") -> Path:
    """Write a workbook whose rows and shared texts are given as XML."""
    tag, declared = f"{prefix}:" if prefix else "", f"xmlns:{prefix}" if prefix else "xmlns"
    kinds = {"rId1": "worksheet", "rId2": "sharedStrings"}
    related = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>' for key, kind in kinds.items()
    )
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{OFFICE}/officeDocument" '
        'Target="/xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{related}</Relationships>',
        "xl/workbook.xml": f'<{tag}workbook {declared}="{MAIN}" xmlns:r="{OFFICE}"><{tag}sheets>'
        f'<{tag}sheet name="A" sheetId="1" r:id="rId1"/></{tag}sheets></{tag}workbook>',
        "xl/worksheet.xml": f'{before}<{tag}worksheet {declared}="{MAIN}"><{tag}sheetData>{rows}</{tag}sheetData>'
        f"</{tag}worksheet>",
        "xl/sharedStrings.xml": f'<{tag}sst {declared}="{MAIN}">{texts}</{tag}sst>',
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def cell(reference: str, value: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'
