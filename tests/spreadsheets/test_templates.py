"""The customer's template keeps its headings and their order; the manifest tells of the sheets that are made of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from email_registry.deliveries.manifest import Manifest, SheetFile, read_manifest, write_manifest
from email_registry.errors import ConfigurationError, DeliveryFailed
from email_registry.spreadsheets.writing import SheetWriter, Template
from tests.spreadsheets.tables import EMAIL, SECRET, read_cells, refusal_of, write_text, write_workbook

HEADINGS = ("Etunimi", "Sukunimi", EMAIL, "Kieli")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deliveries" / "list"


def test_a_workbook_keeps_headings_order_and_the_sheets_name(tmp_path: Path, folder: Path) -> None:
    headings = (" Etunimi", None, "Sukunimi", f"{EMAIL} ", "=Kieli", "Sukunimi")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Jakelu & lista"
    for place, heading in enumerate(headings, 1):
        sheet.cell(1, place, heading).data_type = "s"
    sheet.append(("Esi", None, "Merkki", "esimerkki@sandbox-posti.fi", "fi"))
    book.save(tmp_path / "t.xlsx")

    template = Template.read(tmp_path / "t.xlsx", EMAIL)
    assert (template.suffix, template.column, template.title) == (".xlsx", 3, "Jakelu & lista")
    with SheetWriter(template, folder / "s.xlsx") as sheets:
        sheets.add(["a@x.fi"])
    book = openpyxl.load_workbook(folder / "s.xlsx")
    assert book.sheetnames == ["Jakelu & lista"]
    assert read_cells(folder / "s.xlsx") == [headings, (None, None, None, "a@x.fi", None, None)]
    assert {cell.data_type for cell in book.worksheets[0][1] if cell.value} == {"s"}


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_text_keeps_its_first_row_byte_for_byte_and_its_way_of_writing_rows(
    tmp_path: Path, folder: Path, delimiter: str, encoding: str, end: str
) -> None:
    head = delimiter.join(['"Etunimi, ""kutsuma"""', f" {EMAIL} ", "Nimi; suku" if delimiter != ";" else "Nimi"]) + end
    write_text(tmp_path / "t.csv", head + delimiter.join(["x", SECRET, "y"]) + end, encoding)
    template = Template.read(tmp_path / "t.csv", EMAIL)
    with SheetWriter(template, folder / "s.csv", {'Etunimi, "kutsuma"': "Työ"}) as sheets:
        sheets.add(["a@x.fi", "ä@x.fi"])
    rows = "".join(f"Työ{delimiter}{email}{delimiter}{end}" for email in ("a@x.fi", "ä@x.fi"))
    assert (folder / "s.csv").read_bytes() == (head + rows).encode(encoding)


def test_a_heading_may_hold_what_only_looks_like_a_line_end(tmp_path: Path, folder: Path) -> None:
    head = f'"Nimi\x0bsuku\u2028\nkutsuma";{EMAIL}\r\n'
    template = Template.read(write_text(tmp_path / "t.csv", head), EMAIL)
    with SheetWriter(template, folder / "s.csv"):
        pass
    assert (folder / "s.csv").read_bytes() == head.encode()


def test_a_text_of_one_line_without_an_end_gets_one(tmp_path: Path, folder: Path) -> None:
    template = Template.read(write_text(tmp_path / "t.csv", EMAIL), EMAIL)
    with SheetWriter(template, folder / "s.csv") as sheets:
        sheets.add(["a@x.fi"])
    assert (folder / "s.csv").read_bytes() == f"{EMAIL}\r\na@x.fi\r\n".encode()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("t.csv", f"Etunimi;{SECRET};Kieli\n", "is not there"),
        ("t.csv", f"{EMAIL};Nimi; {EMAIL}\n{SECRET};;\n", "is there twice"),
        ("t.csv", "", "no heading row"),
        ("t.csv", f"\n{EMAIL}\n", "no heading row"),
        ("t.csv", f";;\n{SECRET};;\n", "no heading row"),
        ("t.csv", f'"{EMAIL};{SECRET}\n', "no heading row"),
        ("t.xlsx", f"{EMAIL}\n{SECRET}\n", "no .xlsx workbook"),
        ("t.xls", f"{EMAIL}\n", "save it as one of them"),
        ("t.xlsx", "PK\x03\x04" + SECRET, "broken or cut"),
    ],
)
def test_a_file_that_is_no_template_is_refused_with_what_to_do(
    tmp_path: Path, name: str, content: str, reason: str
) -> None:
    write_text(tmp_path / name, content)
    message = refusal_of(ConfigurationError, lambda: Template.read(tmp_path / name, EMAIL))
    assert reason in message
    assert message.startswith(f"{name}: ")
    assert message.endswith("(docs/runbooks/policy.md)")


def test_a_template_that_is_missing_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal_of(ConfigurationError, lambda: Template.read(tmp_path / "t.xlsx", EMAIL))
    write_workbook(tmp_path / "t.csv.xlsx", HEADINGS).rename(tmp_path / "t.csv")
    assert "suffix .xlsx" in refusal_of(ConfigurationError, lambda: Template.read(tmp_path / "t.csv", EMAIL))
    write_workbook(tmp_path / "t.xlsx", (None,), HEADINGS)
    assert "no heading row" in refusal_of(ConfigurationError, lambda: Template.read(tmp_path / "t.xlsx", EMAIL))
    write_workbook(tmp_path / "f.xlsx", ("=A2", EMAIL))
    assert "formula" in refusal_of(ConfigurationError, lambda: Template.read(tmp_path / "f.xlsx", EMAIL))
    (tmp_path / "old.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    assert "old .xls" in refusal_of(ConfigurationError, lambda: Template.read(tmp_path / "old.xlsx", EMAIL))


# The manifest ---------------------------------------------------------------------------------------


def test_a_manifest_is_private_and_read_as_it_was_written(tmp_path: Path) -> None:
    files = (SheetFile("recipients-3.csv", 5, "ab" * 32), SheetFile("removals-3.csv", 0, "cd" * 32))
    at = datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
    manifest = Manifest("Henkilöasiakkaat", "henkiloasiakkaat", 3, 17, at, complete=True, files=files)
    path = tmp_path / "list" / "manifest-3.json"
    write_manifest(path, manifest)
    assert path.stat().st_mode & 0o777 == 0o600
    assert "Henkilöasiakkaat" in path.read_text(encoding="utf-8")
    assert read_manifest(path) == manifest


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"files": []}', b"\xff", b'{"files": [{"name": "a@b.fi"}]}'])
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.json").write_bytes(content)
    refusal_of(DeliveryFailed, lambda: read_manifest(tmp_path / "m.json"))
    assert "no such file" in refusal_of(DeliveryFailed, lambda: read_manifest(tmp_path / "n.json"))


@pytest.mark.parametrize(
    ("old", "new"),
    [('"rows": 5', '"rows": -5'), ('"rows": 5', '"rows": true'), ('"run_id": 17', '"run_id": "a@b.fi"'),
     ('"complete": true', '"complete": "a@b.fi"'), ('"target": "henkiloasiakkaat"', '"target": 3'),
     ('"made_at": "2026', '"made_at": "a@b.fi')],
)  # fmt: skip
def test_a_manifest_with_a_wrong_value_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "m.json"
    files = (SheetFile("recipients-3.csv", 5, "ab" * 32),)
    write_manifest(
        path, Manifest("Lista", "henkiloasiakkaat", 3, 17, datetime(2026, 11, 25, 6, 30, tzinfo=UTC), True, files)
    )
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1
    path.write_text(content.replace(old, new), encoding="utf-8")
    refusal_of(DeliveryFailed, lambda: read_manifest(path))
