"""A person at Webropol's pages: sheets imported, lists exported and reset, each as a verb."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.home import Home
from sandbox.office import FIRST, named
from sandbox.targets import LIST_IDS
from sandbox.world import World, sql
from tests.sandbox.outside import Outside, run

NAME = "henkiloasiakkaat"
HEADINGS = ("Etunimi", "Sukunimi", "Sähköposti", "Kieli")
SUFFIXES = [".xlsx", ".csv"]


@pytest.fixture
def outside(home: Path) -> Outside:
    outside = Outside(home)
    outside.run("create", "--addresses", "50", "--date", "2026-11-23")
    return outside


def members(outside: Outside, name: str = NAME) -> list[str]:
    with World(Home(outside.home)).reading() as db:
        return [email for (email,) in db.execute(sql("person/members"), (LIST_IDS[name],))]


def cells(path: Path) -> list[tuple[str, ...]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [tuple(row) for row in csv.reader(file, delimiter=";")]
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [tuple("" if value is None else str(value) for value in row) for row in rows]


def sheet(path: Path, *emails: str, headings: tuple[str, ...] = HEADINGS) -> Path:
    """A recipient sheet, written by other means than the sandbox's."""
    rows = [headings, *(("", "", email, "fi") for email in emails)]
    if path.suffix == ".csv":
        path.write_text("".join(";".join(row) + "\r\n" for row in rows), encoding="utf-8", newline="")
        return path
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_template_has_its_headings_and_nobody(tmp_path: Path, suffix: str) -> None:
    done = CliRunner().invoke(main, ["template", str(tmp_path / f"t{suffix}")])
    assert done.exit_code == 0
    assert cells(tmp_path / f"t{suffix}") == [HEADINGS]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_import_adds_whoever_is_not_there_in_whatever_case_and_keeps_the_spelling(
    outside: Outside, tmp_path: Path, suffix: str
) -> None:
    first = sheet(tmp_path / f"a{suffix}", "Aino@x.fi", "väinö@x.fi", "AINO@x.fi", "no address", "")
    assert outside.run("import", NAME, str(first)) == f"{NAME}: 2 added, 1 were there already, 2 refused as invalid\n"
    second = sheet(tmp_path / f"b{suffix}", "aino@X.fi", "+b@x.fi")
    assert "1 added, 1 were there" in outside.run("import", NAME, str(second))
    assert members(outside) == ["Aino@x.fi", "väinö@x.fi", "+b@x.fi"]
    assert members(outside, "yritysasiakkaat") == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_removal_sheet_removes_those_it_names(outside: Outside, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    outside.run("import", NAME, str(sheet(path, "Aino@x.fi", "b@x.fi", "c@x.fi")))
    removals = str(sheet(path, "aino@x.FI", "c@x.fi", "c@x.fi", "d@x.fi"))
    assert outside.run("import", NAME, removals, "--removals") == f"{NAME}: 2 removed, 2 were not there\n"
    assert members(outside) == ["b@x.fi"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_export_shows_the_list_and_reset_empties_it(outside: Outside, tmp_path: Path, suffix: str) -> None:
    emails = ["Aino@x.fi", "=1+1@x.fi", "väinö@x.fi"]
    outside.run("import", NAME, str(sheet(tmp_path / "a.csv", *emails)))
    path = tmp_path / f"e{suffix}"
    assert outside.run("export", NAME, str(path)) == f"{NAME}: 3 exported\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert cells(path) == [(*HEADINGS, "Status"), *(("", "", email, "", "Valid") for email in emails)]
    assert outside.run("reset", NAME) == f"{NAME}: 3 deleted\n"
    assert members(outside) == []
    outside.run("export", NAME, str(path))
    assert len(cells(path)) == 1


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_do_not_contact_names_everybody_who_unsubscribed(outside: Outside, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"d{suffix}"
    outside.run("do-not-contact", str(path))
    assert cells(path) == [("Sähköposti", "Status")]
    outside.run("import", NAME, str(sheet(tmp_path / "a.csv", *sorted(outside.truth(NAME)))))
    before = set(members(outside))
    outside.run("advance", "--nights", "3")
    outside.run("do-not-contact", str(path))
    gone = before - set(members(outside))
    assert gone
    assert {row[0] for row in cells(path)[1:]} == gone


def test_what_the_truth_says_imported_by_a_person_makes_the_lists_equal(outside: Outside, tmp_path: Path) -> None:
    for name in LIST_IDS:
        outside.run("import", name, str(sheet(tmp_path / "a.csv", *sorted(outside.truth(name)))))
    outside.run("lists")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "Sukunimi;Etunimi;Sähköposti;Kieli\r\n;;b@x.fi;\r\n", "headings"),
        ("a.csv", "", "headings"),
        ("a.csv", "Etunimi;Sukunimi;Sähköposti;Kieli\r\n;;b@x.fi;\r\n;c@x.fi;\r\n", "other cells"),
        ("a.csv", 'Etunimi;Sukunimi;Sähköposti;Kieli\r\n;;b@x.fi;\r\n;"c@x.fi', "no CSV"),
        ("a.xlsx", "Etunimi;Sukunimi;Sähköposti;Kieli\r\n;;b@x.fi;\r\n", "no workbook"),
        ("a.txt", "", "must end with"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_whole_in_one_line(
    outside: Outside, tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    done = run("import", NAME, str(tmp_path / name), home=outside.home)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr
    assert "@" not in done.stderr
    assert members(outside) == []


def test_a_formula_a_missing_file_and_a_missing_folder_are_one_line(outside: Outside, tmp_path: Path) -> None:
    for verb, path in (
        ("import", sheet(tmp_path / "f.xlsx", "=A1")),
        ("import", tmp_path / "none.csv"),
        ("import", tmp_path / "none.xlsx"),
        ("export", tmp_path / "none" / "e.csv"),
    ):
        done = run(verb, NAME, str(path), home=outside.home)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert members(outside) == []


def test_the_headings_are_those_of_the_page() -> None:
    sheet = named(FIRST).webropol.sheet
    assert (sheet.headings, sheet.email) == (HEADINGS, "Sähköposti")
