"""Sheets are private, appear whole or not at all, and contain nothing that a program would execute."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from email_registry.errors import ConfigurationError, DeliveryFailed, RegistryError
from email_registry.spreadsheets import sheet_rows
from email_registry.spreadsheets.writing import SheetWriter, Template, remove_privately
from tests.layout.sources import ROOT
from tests.spreadsheets.tables import EMAIL, SECRET, read_cells, refusal_of, write_text, write_workbook

HEADINGS = ("Etunimi", "Sukunimi", EMAIL, "Kieli")
DANGEROUS = ["=cmd|'/c calc'!A0@x.fi", "+358@x.fi", "-1+1@x.fi", "@sum(1)", "\tx@x.fi", "\rx@x.fi"]


@pytest.fixture
def xlsx(tmp_path: Path) -> Template:
    return Template.read(write_workbook(tmp_path / "template.xlsx", HEADINGS), EMAIL)


@pytest.fixture
def semicolons(tmp_path: Path) -> Template:
    return Template.read(write_text(tmp_path / "template.csv", ";".join(HEADINGS) + "\r\n"), EMAIL)


@pytest.fixture(params=["xlsx", "csv"])
def template(request: pytest.FixtureRequest, xlsx: Template, semicolons: Template) -> Template:
    return xlsx if request.param == "xlsx" else semicolons


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deliveries" / "list"


# The sheet ------------------------------------------------------------------------------------------


def test_a_sheet_has_the_addresses_and_fixed_values_and_tells_its_digest(template: Template, folder: Path) -> None:
    path = folder / f"s{template.suffix}"
    with SheetWriter(template, path, {"Kieli": "fi", " Etunimi ": "=1+1"}) as sheet:
        sheet.add(iter(["a@x.fi", "Ä <b> & 'c'@x.fi"]))
        assert not path.exists()
        sheet.add([SECRET])
        assert sheet.digest == ""
    assert (sheet.rows, sheet.left_out) == (3, 0)
    assert sheet.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [row[2] for row in read_cells(path)] == [EMAIL, "a@x.fi", "Ä <b> & 'c'@x.fi", SECRET]
    first = ("=1+1", None, "a@x.fi", "fi") if template.suffix == ".xlsx" else ("'=1+1", "", "a@x.fi", "fi")
    assert read_cells(path)[1] == first


def test_a_sheet_of_nobody_has_its_headings(template: Template, folder: Path) -> None:
    with SheetWriter(template, folder / f"s{template.suffix}") as sheet:
        pass
    assert sheet.rows == 0
    assert read_cells(folder / f"s{template.suffix}") == [HEADINGS]


def test_only_its_owner_may_read_a_sheet_and_its_folder(template: Template, folder: Path) -> None:
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
    with zipfile.ZipFile(folder / "s.xlsx") as book:
        content = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in content
    assert content.count(b'<t xml:space="preserve">') == 2 * len(rows)  # else Excel trims them


def test_in_a_text_a_dangerous_address_is_left_out_and_never_altered(semicolons: Template, folder: Path) -> None:
    with SheetWriter(semicolons, folder / "s.csv", {"Kieli": "@fi"}) as sheet:
        assert sheet.add(["a@x.fi", *DANGEROUS, "b=c@x.fi"]) == [1, 2, 3, 4, 5, 6]
    assert (sheet.rows, sheet.left_out) == (2, len(DANGEROUS))
    assert read_cells(folder / "s.csv")[1:] == [("", "", "a@x.fi", "'@fi"), ("", "", "b=c@x.fi", "'@fi")]


@pytest.mark.parametrize("email", ["", "  ", "\x00@x.fi", "a\x1f@x.fi", "a\ud800@x.fi"])
def test_an_address_that_cannot_be_written_unchanged_is_left_out(template: Template, folder: Path, email: str) -> None:
    with SheetWriter(template, folder / f"s{template.suffix}") as sheet:
        assert sheet.add(["a@x.fi", email, "b@x.fi"]) == [1]
    assert (sheet.rows, sheet.left_out) == (2, 1)
    assert [row[2] for row in read_cells(folder / f"s{template.suffix}")] == [EMAIL, "a@x.fi", "b@x.fi"]


def test_an_address_that_only_one_form_cannot_hold_is_left_out_of_that_form(
    tmp_path: Path, xlsx: Template, folder: Path
) -> None:
    with SheetWriter(xlsx, folder / "s.xlsx") as sheet:
        assert sheet.add(["a_x0041_b@x.fi"]) == [0]  # Excel shows aAb
    windows = Template.read(write_text(tmp_path / "w.csv", f"{EMAIL};x\r\n", "cp1252"), EMAIL)
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
    assert len(read_cells(folder / "s.xlsx")) == 4
    remove_privately(folder / "s.xlsx")
    assert "use a .csv template" in refusal_of(DeliveryFailed, lambda: write(4))
    assert list(folder.iterdir()) == []


def test_more_than_a_workbook_can_hold_in_bytes_is_refused(
    xlsx: Template, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100_000)

    def write() -> None:
        with SheetWriter(xlsx, folder / "s.xlsx") as sheet:
            sheet.add(SECRET for _ in range(2_000))

    assert "too large for a workbook" in refusal_of(DeliveryFailed, write)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("fixed", [{"Maa": "fi"}, {EMAIL: "fi"}, {"Kieli": "f\ni"}, {"Kieli": SECRET + "\0"}])
def test_fixed_values_that_do_not_fit_the_template_are_refused(
    template: Template, folder: Path, fixed: dict[str, str]
) -> None:
    message = refusal_of(ConfigurationError, lambda: SheetWriter(template, folder / f"s{template.suffix}", fixed))
    assert message.endswith("(docs/runbooks/policy.md)")
    assert not folder.exists()


def test_a_sheet_is_not_written_under_another_kinds_name(xlsx: Template, folder: Path) -> None:
    refusal_of(RegistryError, lambda: SheetWriter(xlsx, folder / "s.csv"))


# Whole or not at all --------------------------------------------------------------------------------


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
    give_up = kind.give_up
    monkeypatch.setattr(kind, "give_up", lambda rows: (give_up(rows), full()))
    assert "No space left" in refusal_of(DeliveryFailed, write)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_sentence(template: Template, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    refusal_of(DeliveryFailed, lambda: SheetWriter(template, tmp_path / "taken" / f"s{template.suffix}").__enter__())


KILLED = """
import sys, time
from pathlib import Path
from email_registry.spreadsheets.writing import SheetWriter, Template
template, path = (Path(argument) for argument in sys.argv[1:])
with SheetWriter(Template.read(template, "Sähköposti"), path) as sheet:
    sheet.add(f"henkilo{number}@sandbox-posti.fi" for number in range(200_000))
    print("written", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_next_writer_removes_what_a_killed_one_left_and_keeps_what_a_living_one_writes(
    suffix: str, tmp_path: Path, folder: Path, template: Template
) -> None:
    form = tmp_path / f"template{suffix}"
    write_workbook(form, HEADINGS) if suffix == ".xlsx" else write_text(form, ";".join(HEADINGS) + "\r\n")
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
        assert "another process" in refusal_of(DeliveryFailed, same.__enter__)

        writer.send_signal(signal.SIGKILL)
        writer.wait(10)
    assert not (folder / f"killed{suffix}").exists()
    with same:
        same.add(["a@x.fi"])
    remove_privately(folder / f"killed{suffix}")
    with SheetWriter(template, folder / f"other{template.suffix}") as sheet:
        sheet.add(["a@x.fi"])
    assert [path.name for path in folder.iterdir()] == [f"other{template.suffix}"]


def test_two_sheets_of_one_process_do_not_take_each_other_for_dead(template: Template, folder: Path) -> None:
    first, second = (folder / f"{name}{template.suffix}" for name in ("recipients", "removals"))
    with SheetWriter(template, first) as one, SheetWriter(template, second) as two:
        one.add(["a@x.fi"])
        two.add(["b@x.fi"])
    assert sorted(folder.iterdir()) == [first, second]


def test_removing_a_sheet_removes_its_part_too_and_a_missing_file_is_no_error(tmp_path: Path) -> None:
    for name in ("s.csv", ".s.csv.part", "t.csv"):
        (tmp_path / name).write_text(SECRET)
    remove_privately(tmp_path / "s.csv")
    remove_privately(tmp_path / "s.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    (tmp_path / "folder").mkdir()
    refusal_of(DeliveryFailed, lambda: remove_privately(tmp_path / "folder"))
