"""Recipient sheets: the customer's template untouched, private, whole or not there, and nothing in them that acts."""

from __future__ import annotations

import csv
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from email_registry.errors import ConfigurationError, DeliveryFailed, RegistryError
from email_registry.sync.deliveries import sheet_rows
from email_registry.sync.deliveries.sheets import (
    Manifest,
    SheetFile,
    SheetWriter,
    Template,
    read_manifest,
    remove_privately,
    write_manifest,
)
from tests.layout.sources import ROOT

EMAIL = "Sähköposti"
HEADINGS = ("Etunimi", "Sukunimi", EMAIL, "Kieli")
SECRET = "matti.meikalainen@sandbox-posti.fi"
DANGEROUS = ["=cmd|'/c calc'!A0@x.fi", "+358@x.fi", "-1+1@x.fi", "@sum(1)", "\tx@x.fi", "\rx@x.fi"]


def workbook(path: Path, *rows: tuple[object, ...], title: str = "Vastaanottajat") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


@pytest.fixture
def xlsx(tmp_path: Path) -> Template:
    return Template.read(workbook(tmp_path / "template.xlsx", HEADINGS), EMAIL)


@pytest.fixture
def semicolons(tmp_path: Path) -> Template:
    return Template.read(text(tmp_path / "template.csv", ";".join(HEADINGS) + "\r\n"), EMAIL)


@pytest.fixture(params=["xlsx", "csv"])
def template(request: pytest.FixtureRequest, xlsx: Template, semicolons: Template) -> Template:
    return xlsx if request.param == "xlsx" else semicolons


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deliveries" / "list"


def refused(kind: type[RegistryError], work: Callable[[], object]) -> str:
    """What is said, which nothing of a file's contents is in, nor behind it."""
    with pytest.raises(kind) as raised:
        work()
    error = raised.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "@" not in str(error)
    assert "meikalainen" not in str(error)
    return str(error)


def cells(path: Path) -> list[tuple[object, ...]]:
    """A sheet as another program reads it."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [tuple(row) for row in csv.reader(file, delimiter=";", strict=True)]
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


# The template ---------------------------------------------------------------------------------------


def test_a_workbook_keeps_headings_order_and_the_sheets_name(tmp_path: Path, folder: Path) -> None:
    headings = (" Etunimi", None, "Sukunimi", f"{EMAIL} ", "=Kieli", "Sukunimi")
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Jakelu & lista"
    for place, heading in enumerate(headings, 1):
        sheet.cell(1, place, heading).data_type = "s"
    sheet.append(("Esi", None, "Merkki", "esimerkki@sandbox-posti.fi", "fi"))
    made.save(tmp_path / "t.xlsx")

    template = Template.read(tmp_path / "t.xlsx", EMAIL)
    assert (template.suffix, template.column, template.title) == (".xlsx", 3, "Jakelu & lista")
    with SheetWriter(template, folder / "s.xlsx") as sheets:
        sheets.add(["a@x.fi"])
    book = openpyxl.load_workbook(folder / "s.xlsx")
    assert book.sheetnames == ["Jakelu & lista"]
    assert cells(folder / "s.xlsx") == [headings, (None, None, None, "a@x.fi", None, None)]
    assert {cell.data_type for cell in book.worksheets[0][1] if cell.value} == {"s"}


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_text_keeps_its_first_row_byte_for_byte_and_its_manner(
    tmp_path: Path, folder: Path, delimiter: str, encoding: str, end: str
) -> None:
    head = delimiter.join(['"Etunimi, ""kutsuma"""', f" {EMAIL} ", "Nimi; suku" if delimiter != ";" else "Nimi"]) + end
    text(tmp_path / "t.csv", head + delimiter.join(["x", SECRET, "y"]) + end, encoding)
    template = Template.read(tmp_path / "t.csv", EMAIL)
    with SheetWriter(template, folder / "s.csv", {'Etunimi, "kutsuma"': "Työ"}) as sheets:
        sheets.add(["a@x.fi", "ä@x.fi"])
    rows = "".join(f"Työ{delimiter}{email}{delimiter}{end}" for email in ("a@x.fi", "ä@x.fi"))
    assert (folder / "s.csv").read_bytes() == (head + rows).encode(encoding)


def test_a_text_of_one_line_without_an_end_gets_one(tmp_path: Path, folder: Path) -> None:
    template = Template.read(text(tmp_path / "t.csv", EMAIL), EMAIL)
    with SheetWriter(template, folder / "s.csv") as sheets:
        sheets.add(["a@x.fi"])
    assert (folder / "s.csv").read_bytes() == f"{EMAIL}\r\na@x.fi\r\n".encode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
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
def test_a_template_that_is_none_is_refused_with_what_to_do(tmp_path: Path, name: str, content: str, said: str) -> None:
    text(tmp_path / name, content)
    message = refused(ConfigurationError, lambda: Template.read(tmp_path / name, EMAIL))
    assert said in message
    assert message.startswith(f"{name}: ")
    assert message.endswith("(docs/runbooks/policy.md)")


def test_a_template_that_is_not_there_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refused(ConfigurationError, lambda: Template.read(tmp_path / "t.xlsx", EMAIL))
    workbook(tmp_path / "t.csv.xlsx", HEADINGS).rename(tmp_path / "t.csv")
    assert "suffix .xlsx" in refused(ConfigurationError, lambda: Template.read(tmp_path / "t.csv", EMAIL))
    workbook(tmp_path / "t.xlsx", (None,), HEADINGS)
    assert "no heading row" in refused(ConfigurationError, lambda: Template.read(tmp_path / "t.xlsx", EMAIL))
    workbook(tmp_path / "f.xlsx", ("=A2", EMAIL))
    assert "formula" in refused(ConfigurationError, lambda: Template.read(tmp_path / "f.xlsx", EMAIL))
    (tmp_path / "old.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    assert "old .xls" in refused(ConfigurationError, lambda: Template.read(tmp_path / "old.xlsx", EMAIL))


# The sheet ------------------------------------------------------------------------------------------


def test_a_sheet_holds_the_addresses_and_fixed_values_and_knows_its_digest(template: Template, folder: Path) -> None:
    path = folder / f"s{template.suffix}"
    with SheetWriter(template, path, {"Kieli": "fi", " Etunimi ": "=1+1"}) as sheet:
        sheet.add(iter(["a@x.fi", "Ä <b> & 'c'@x.fi"]))
        assert not path.exists()
        sheet.add([SECRET])
        assert sheet.digest == ""
    assert (sheet.rows, sheet.left_out) == (3, 0)
    assert sheet.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [row[2] for row in cells(path)] == [EMAIL, "a@x.fi", "Ä <b> & 'c'@x.fi", SECRET]
    first = ("=1+1", None, "a@x.fi", "fi") if template.suffix == ".xlsx" else ("'=1+1", "", "a@x.fi", "fi")
    assert cells(path)[1] == first


def test_a_sheet_of_nobody_has_its_headings(template: Template, folder: Path) -> None:
    with SheetWriter(template, folder / f"s{template.suffix}") as sheet:
        pass
    assert sheet.rows == 0
    assert cells(folder / f"s{template.suffix}") == [HEADINGS]


def test_it_is_readable_by_its_owner_only_and_so_is_its_folder(template: Template, folder: Path) -> None:
    before = os.umask(0)
    try:
        with SheetWriter(template, folder / f"s{template.suffix}") as sheet:
            sheet.add([SECRET])
            (part,) = folder.iterdir()
            assert part.name.startswith(".")
            assert part.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)
    assert (folder / f"s{template.suffix}").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_in_a_workbook_a_dangerous_cell_is_text_and_unchanged(xlsx: Template, folder: Path) -> None:
    with SheetWriter(xlsx, folder / "s.xlsx", {"Kieli": "=1+1"}) as sheet:
        assert sheet.add([*DANGEROUS, "a@x.fi"]) == []
    assert sheet.left_out == 0
    rows = list(openpyxl.load_workbook(folder / "s.xlsx").worksheets[0].iter_rows(min_row=2))
    assert [row[2].value for row in rows] == [*DANGEROUS, "a@x.fi"]
    assert {row[2].data_type for row in rows} == {"s"}
    assert [row[2].quotePrefix for row in rows] == [True] * len(DANGEROUS) + [False]
    assert {(row[3].value, row[3].data_type, row[3].quotePrefix) for row in rows} == {("=1+1", "s", True)}
    assert b"<f>" not in ZipFile(folder / "s.xlsx").read("xl/worksheets/sheet1.xml")


def test_in_a_text_a_dangerous_address_is_left_out_and_never_altered(semicolons: Template, folder: Path) -> None:
    with SheetWriter(semicolons, folder / "s.csv", {"Kieli": "@fi"}) as sheet:
        assert sheet.add(["a@x.fi", *DANGEROUS, "b=c@x.fi"]) == [1, 2, 3, 4, 5, 6]
    assert (sheet.rows, sheet.left_out) == (2, len(DANGEROUS))
    assert cells(folder / "s.csv")[1:] == [("", "", "a@x.fi", "'@fi"), ("", "", "b=c@x.fi", "'@fi")]


@pytest.mark.parametrize("email", ["", "  ", "\x00@x.fi", "a\x1f@x.fi", "a\ud800@x.fi"])
def test_what_cannot_be_written_as_it_is_is_left_out(template: Template, folder: Path, email: str) -> None:
    with SheetWriter(template, folder / f"s{template.suffix}") as sheet:
        assert sheet.add(["a@x.fi", email, "b@x.fi"]) == [1]
    assert (sheet.rows, sheet.left_out) == (2, 1)
    assert [row[2] for row in cells(folder / f"s{template.suffix}")] == [EMAIL, "a@x.fi", "b@x.fi"]


def test_what_only_one_form_cannot_hold_is_left_out_there(tmp_path: Path, xlsx: Template, folder: Path) -> None:
    with SheetWriter(xlsx, folder / "s.xlsx") as sheet:
        assert sheet.add(["a_x0041_b@x.fi"]) == [0]  # Excel shows aAb
    windows = Template.read(text(tmp_path / "w.csv", f"{EMAIL};x\r\n", "cp1252"), EMAIL)
    with SheetWriter(windows, folder / "s.csv") as sheet:
        assert sheet.add(["ł@x.fi", "a_x0041_b@x.fi"]) == [0]


def test_the_row_after_the_last_one_of_a_workbook_is_refused(
    xlsx: Template, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_rows, "MOST_ROWS", 4)

    def write(number: int) -> None:
        with SheetWriter(xlsx, folder / "s.xlsx") as sheet:
            sheet.add(SECRET for _ in range(number))

    write(3)
    assert len(cells(folder / "s.xlsx")) == 4
    remove_privately(folder / "s.xlsx")
    assert "use a .csv template" in refused(DeliveryFailed, lambda: write(4))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("fixed", [{"Maa": "fi"}, {EMAIL: "fi"}, {"Kieli": "f\ni"}, {"Kieli": SECRET + "\0"}])
def test_fixed_values_that_do_not_fit_the_template_are_refused(
    template: Template, folder: Path, fixed: dict[str, str]
) -> None:
    message = refused(ConfigurationError, lambda: SheetWriter(template, folder / f"s{template.suffix}", fixed))
    assert message.endswith("(docs/runbooks/policy.md)")
    assert not folder.exists()


def test_a_sheet_is_not_written_under_another_kinds_name(xlsx: Template, folder: Path) -> None:
    refused(RegistryError, lambda: SheetWriter(xlsx, folder / "s.csv"))


# Whole or not there ---------------------------------------------------------------------------------


class Boom(Exception):
    pass


def test_an_exception_leaves_nothing_and_an_earlier_sheet_as_it_was(template: Template, folder: Path) -> None:
    path = folder / f"s{template.suffix}"

    def torn() -> Iterator[str]:
        yield SECRET
        raise Boom

    def write(emails: Iterator[str]) -> None:
        with SheetWriter(template, path) as sheet:
            sheet.add(emails)

    with pytest.raises(Boom):
        write(torn())
    assert list(folder.iterdir()) == []
    write(iter(["a@x.fi"]))
    before = path.read_bytes()
    with pytest.raises(Boom):
        write(torn())
    assert (list(folder.iterdir()), path.read_bytes()) == ([path], before)


@pytest.mark.parametrize("moment", ["add", "end"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    template: Template, folder: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = sheet_rows.XlsxRows if template.suffix == ".xlsx" else sheet_rows.CsvRows

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", SECRET)

    def write() -> None:
        with SheetWriter(template, folder / f"s{template.suffix}") as sheet:
            sheet.add([SECRET])

    monkeypatch.setattr(kind, moment, full)
    assert "No space left" in refused(DeliveryFailed, write)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_sentence(template: Template, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    refused(DeliveryFailed, lambda: SheetWriter(template, tmp_path / "taken" / f"s{template.suffix}").__enter__())


KILLED = """
import sys, time
from pathlib import Path
from email_registry.sync.deliveries.sheets import SheetWriter, Template
template, path = (Path(argument) for argument in sys.argv[1:])
with SheetWriter(Template.read(template, "Sähköposti"), path) as sheet:
    sheet.add(f"henkilo{number}@sandbox-posti.fi" for number in range(200_000))
    print("written", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_a_killed_writer_left_goes_with_the_next_and_a_living_ones_stays(
    suffix: str, tmp_path: Path, folder: Path, template: Template
) -> None:
    form = tmp_path / f"template{suffix}"
    workbook(form, HEADINGS) if suffix == ".xlsx" else text(form, ";".join(HEADINGS) + "\r\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(form), str(folder / f"killed{suffix}")],
        env=os.environ | {"PYTHONPATH": str(ROOT / "plugins"), "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
    )
    assert writer.stdout is not None
    with writer.stdout:
        assert writer.stdout.readline() == b"written\n"
        assert list(temporary.iterdir()) == []

        with SheetWriter(template, folder / f"other{template.suffix}") as sheet:
            sheet.add(["a@x.fi"])
        assert len(list(folder.iterdir())) == 2
        same = SheetWriter(Template.read(form, EMAIL), folder / f"killed{suffix}")
        assert "another process" in refused(DeliveryFailed, same.__enter__)

        writer.send_signal(signal.SIGKILL)
        writer.wait(10)
    assert not (folder / f"killed{suffix}").exists()
    with SheetWriter(template, folder / f"other{template.suffix}") as sheet:
        sheet.add(["a@x.fi"])
    assert [path.name for path in folder.iterdir()] == [f"other{template.suffix}"]


def test_removing_takes_the_part_too_and_what_is_not_there_is_left_at_that(tmp_path: Path) -> None:
    for name in ("s.csv", ".s.csv.part", "t.csv"):
        (tmp_path / name).write_text(SECRET)
    remove_privately(tmp_path / "s.csv")
    remove_privately(tmp_path / "s.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    (tmp_path / "folder").mkdir()
    refused(DeliveryFailed, lambda: remove_privately(tmp_path / "folder"))


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
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.json").write_bytes(content)
    refused(DeliveryFailed, lambda: read_manifest(tmp_path / "m.json"))
    assert "no such file" in refused(DeliveryFailed, lambda: read_manifest(tmp_path / "n.json"))
