"""Exports of a list are read whole, as they are spelled, or refused in one sentence without their contents."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from email_registry.deliveries.exports import read_export, read_spellings
from email_registry.errors import DeliveryFailed
from email_registry.spreadsheets import csv_table
from tests.spreadsheets.tables import (
    EMAIL,
    SECRET,
    read_addresses,
    refusal_of,
    refusal_of_export,
    write_text,
    write_workbook,
)

HEADINGS = ("Etunimi", EMAIL, "Status")
HEAD_LINE = ";".join(HEADINGS) + "\n"
GOOD = f";{SECRET};Valid\n"


# Reading --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_addresses_are_read_as_they_are_spelled_with_the_numbers_of_their_rows(tmp_path: Path, suffix: str) -> None:
    rows = [("", "Aino@X.fi", "Valid"), (None, None, None), ("x", " väinö@x.fi", "Invalid"), ("", "=a@x.fi", "Valid")]
    path = tmp_path / f"e{suffix}"
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for number, row in enumerate([HEADINGS, *rows], 1):
            for place, value in enumerate(row, 1):
                sheet.cell(number, place, value or None).data_type = "s"
        book.save(path)
    else:
        write_text(path, "".join(";".join(cell or "" for cell in row) + "\r\n" for row in [HEADINGS, *rows]))
    assert read_addresses(path) == {"row2": "Aino@X.fi", "row4": " väinö@x.fi", "row5": "=a@x.fi"}
    assert [len(page.ids) for page in read_export(path, EMAIL, rows=2)] == [2, 1]
    assert read_spellings(path, f" {EMAIL}", {"row2", "row5"}) == {"row2": "Aino@X.fi", "row5": "=a@x.fi"}
    assert read_spellings(path, EMAIL, set()) == {}
    assert "2 of its rows are gone" in refusal_of(
        DeliveryFailed, lambda: read_spellings(path, EMAIL, {"row2", "row3", "row9"})
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_text_is_read_with_every_delimiter_line_end_and_encoding(
    tmp_path: Path, encoding: str, delimiter: str, end: str
) -> None:
    rows = [HEADINGS, (f'"a{delimiter}b"', "väinö@x.fi", '"c\n""d"""'), (), ("", f'"a{delimiter}b@x.fi"', "")]
    path = write_text(tmp_path / "E.CSV", "".join(delimiter.join(row) + end for row in rows), encoding)
    assert read_addresses(path) == {"row2": "väinö@x.fi", "row4": f"a{delimiter}b@x.fi"}


def test_an_export_of_nobody_is_whole(tmp_path: Path) -> None:
    assert read_addresses(write_workbook(tmp_path / "e.xlsx", HEADINGS)) == {}
    assert read_addresses(write_text(tmp_path / "e.csv", ";".join(HEADINGS) + "\n")) == {}


# Refusing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (f"Etunimi;Email\n;{SECRET}\n", "is not there"),
        (f"{EMAIL};{EMAIL}\n;{SECRET}\n", "is there twice"),
        (f"\n{HEAD_LINE}{GOOD}", "no heading row"),
        ("", "no end"),
        (HEAD_LINE + GOOD[:-1], "no end"),
        (HEAD_LINE + GOOD + f";{SECRET}\n", "row 3 has 2 cells and the heading row 3"),
        (HEAD_LINE + f";{SECRET};;\n", "row 2 has 4 cells"),
        (HEAD_LINE + GOOD + "Matti;;Valid\n", "row 3 has no address"),
        (HEAD_LINE + GOOD + f';"{SECRET};Valid\n', "broken or cut"),
        (HEAD_LINE + f';"{SECRET}"x;Valid\n', "broken or cut"),
        (HEAD_LINE + GOOD + f"{'x' * 70_000};{SECRET};\n", "a line of more than"),
        (HEAD_LINE + f"a\0;{SECRET};\n", "UTF-16"),
    ],
)
def test_a_text_that_is_not_whole_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    assert reason in refusal_of_export(write_text(tmp_path / "e.csv", content))


def test_a_text_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    good = (HEAD_LINE + f"ä;{SECRET};\n").encode()
    path.write_bytes((HEAD_LINE + GOOD).encode("utf-16"))
    assert "UTF-16" in refusal_of_export(path)
    for broken in (good + b"\xe4;;\n", codecs.BOM_UTF8 + f"A;{EMAIL}\n\xe4;".encode("cp1252") + b"a@x.fi\n"):
        path.write_bytes(broken)
        assert "broken places" in refusal_of_export(path)
    path.write_bytes((HEAD_LINE + GOOD).encode("cp1252") + b"\x81;a@x.fi;\n")
    assert "neither UTF-8 nor Windows-1252" in refusal_of_export(path)


def test_a_letter_of_utf8_across_two_chunks_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes(f"Email;x\nä;{SECRET}\n".encode() + b"\xe4;\n")
    for size in range(1, 12):
        monkeypatch.setattr(csv_table, "BYTES_PER_CHUNK", size)
        message = refusal_of(DeliveryFailed, lambda: list(read_export(path, "Email")))
        assert "broken places" in message


def test_a_file_that_is_missing_or_not_what_its_suffix_says_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal_of_export(tmp_path / "e.csv")
    write_workbook(tmp_path / "e.xlsx", HEADINGS, ("", SECRET, "")).rename(tmp_path / "e.csv")
    assert "suffix .xlsx" in refusal_of_export(tmp_path / "e.csv")
    assert "no .xlsx" in refusal_of_export(write_text(tmp_path / "f.xlsx", HEAD_LINE + GOOD))
    assert "one of them" in refusal_of_export(write_text(tmp_path / "f.txt", HEAD_LINE + GOOD))
    (tmp_path / "folder.csv").mkdir()
    assert "cannot be read" in refusal_of_export(tmp_path / "folder.csv")


def test_a_name_that_may_be_an_address_is_not_told(tmp_path: Path) -> None:
    assert refusal_of_export(write_text(tmp_path / f"{SECRET}.csv", "x\n")).startswith("a file whose name may be")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"e{suffix}"
    rows = [("", f"a{n}@x.fi", "Valid") for n in range(10)]
    if suffix == ".xlsx":
        write_workbook(path, HEADINGS, *rows)
    else:
        write_text(path, HEAD_LINE + "".join(";".join(row) + "\n" for row in rows))
    for change in (lambda: os.utime(path, ns=(1, 1)), path.unlink):

        def reading(change: Callable[[], object] = change) -> list[object]:
            pages: Iterator[object] = read_export(path, EMAIL, rows=4)
            first = next(pages)
            change()
            return [first, *pages]

        assert "changed while it was read" in refusal_of(DeliveryFailed, reading)
