"""Exports of a list: read whole, as they are spelled, or refused in one sentence that holds nothing of them."""

from __future__ import annotations

import codecs
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from email_registry.errors import DeliveryFailed
from email_registry.sync.deliveries import workbook as package
from email_registry.sync.deliveries.exports import read_export, spelling
from email_registry.sync.deliveries.sheets import SheetWriter, Template
from tests.sync.test_sheets import EMAIL, SECRET, refused, text, workbook

HEADINGS = ("Etunimi", EMAIL, "Status")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def read(path: Path, rows: int = 5000) -> dict[str, str | None]:
    """Id -> address."""
    found: dict[str, str | None] = {}
    for page in read_export(path, EMAIL, rows):
        found.update(zip(page.ids, page.emails.reveal(), strict=True))
    return found


def said(path: Path) -> str:
    """How an export is refused."""
    message = refused(DeliveryFailed, lambda: read(path))
    assert message.endswith("(docs/runbooks/webropol.md)")
    return message


def by_hand(path: Path, rows: str, texts: str = "", before: str = "", prefix: str = "") -> Path:
    """A workbook with these rows, and these shared texts, as XML."""
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


def inline(reference: str, value: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'


HEAD = f'<row r="1">{inline("A1", EMAIL)}</row>'


# What is read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_addresses_come_as_they_are_spelled_with_the_numbers_of_their_rows(tmp_path: Path, suffix: str) -> None:
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
        text(path, "".join(";".join(cell or "" for cell in row) + "\r\n" for row in [HEADINGS, *rows]))
    assert read(path) == {"row2": "Aino@X.fi", "row4": " väinö@x.fi", "row5": "=a@x.fi"}
    assert [len(page.ids) for page in read_export(path, EMAIL, rows=2)] == [2, 1]
    assert spelling(path, f" {EMAIL}", {"row2", "row5"}) == {"row2": "Aino@X.fi", "row5": "=a@x.fi"}
    assert spelling(path, EMAIL, set()) == {}
    assert "2 of its rows are gone" in refused(DeliveryFailed, lambda: spelling(path, EMAIL, {"row2", "row3", "row9"}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_text_is_read_in_every_manner(tmp_path: Path, encoding: str, delimiter: str, end: str) -> None:
    rows = [HEADINGS, (f'"a{delimiter}b"', "väinö@x.fi", '"c\n""d"""'), (), ("", f'"a{delimiter}b@x.fi"', "")]
    path = text(tmp_path / "E.CSV", "".join(delimiter.join(row) + end for row in rows), encoding)
    assert read(path) == {"row2": "väinö@x.fi", "row4": f"a{delimiter}b@x.fi"}


def test_an_export_of_nobody_is_whole(tmp_path: Path) -> None:
    assert read(workbook(tmp_path / "e.xlsx", HEADINGS)) == {}
    assert read(text(tmp_path / "e.csv", ";".join(HEADINGS) + "\n")) == {}


def test_a_sheet_is_not_believed_about_its_own_size(tmp_path: Path) -> None:
    """Some programs write `A1` there, and openpyxl reads no further."""
    before = workbook(tmp_path / "w.xlsx", HEADINGS, *[("", f"a{n}@x.fi", "") for n in range(9)])
    with ZipFile(before) as old, ZipFile(tmp_path / "e.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<dimension ref="A1:C10"', b'<dimension ref="A1"'))
    assert len(read(tmp_path / "e.xlsx")) == 9


def test_texts_of_every_kind_are_read(tmp_path: Path) -> None:
    texts = (
        f"<si><t>{EMAIL}</t></si><si><r><rPr><b/></rPr><t>rich</t></r><r><t>@x.fi</t></r></si>"
        '<si><t>said@x.fi</t><rPh sb="0" eb="1"><t>SAID</t></rPh></si><si><t>a_x005F_x0041_b@x.fi</t></si>'
    )
    shared = "".join(f'<row><c t="s"><v>{number}</v></c></row>' for number in (0, 1, 2, 3))
    rows = (
        f"{shared}<row><c/></row>{'<row/>' * 2}<row><c><v>358401234567</v></c></row>"
        '<row r="20" spans="1:2"><c r="A20" t="str"><v>str@x.fi</v></c><c r="B20" t="b"><v>1</v></c></row>'
        '<row r="21"><c r="A21" t="inlineStr"><is><r><t>in</t></r><r><t xml:space="preserve">line@x.fi </t></r>'
        "<rPh><t>no</t></rPh></is></c></row>"
    )
    expected = {
        "row2": "rich@x.fi", "row3": "said@x.fi", "row4": "a_x0041_b@x.fi", "row8": "358401234567",
        "row20": "str@x.fi", "row21": "inline@x.fi ",
    }  # fmt: skip
    assert read(by_hand(tmp_path / "e.xlsx", rows, texts)) == expected


def test_a_prefix_of_the_namespace_changes_nothing(tmp_path: Path) -> None:
    rows = '<x:row><x:c t="s"><x:v>0</x:v></x:c></x:row><x:row><x:c t="s"><x:v>1</x:v></x:c></x:row>'
    texts = f"<x:si><x:t>{EMAIL}</x:t></x:si><x:si><x:t>a@x.fi</x:t></x:si>"
    assert read(by_hand(tmp_path / "e.xlsx", rows, texts, prefix="x")) == {"row2": "a@x.fi"}


def test_more_texts_than_are_packed_at_a_time_keep_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "TEXTS_AT_A_TIME", 3)
    rows = [("", f"a{n}@x.fi", "Valid") for n in range(20)]
    found = read(workbook(tmp_path / "e.xlsx", HEADINGS, *rows))
    assert list(found.values()) == [row[1] for row in rows]


def test_the_sheet_that_has_the_heading_is_read(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path / "e.xlsx", ("Ohje",), ("Lue tämä",), title="Ohje"))
    sheet = book.create_sheet("Lista")
    sheet.append(HEADINGS)
    sheet.append(("", "a@x.fi", ""))
    book.save(tmp_path / "e.xlsx")
    assert read(tmp_path / "e.xlsx") == {"row2": "a@x.fi"}
    book.copy_worksheet(sheet)
    book.save(tmp_path / "e.xlsx")
    assert "several of its sheets" in said(tmp_path / "e.xlsx")


# What is refused ------------------------------------------------------------------------------------


HEAD_LINE = ";".join(HEADINGS) + "\n"
GOOD = f";{SECRET};Valid\n"


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
    assert reason in said(text(tmp_path / "e.csv", content))


def test_a_text_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    good = (HEAD_LINE + f"ä;{SECRET};\n").encode()
    path.write_bytes((HEAD_LINE + GOOD).encode("utf-16"))
    assert "UTF-16" in said(path)
    for broken in (good + b"\xe4;;\n", codecs.BOM_UTF8 + f"A;{EMAIL}\n\xe4;".encode("cp1252") + b"a@x.fi\n"):
        path.write_bytes(broken)
        assert "broken places" in said(path)
    path.write_bytes((HEAD_LINE + GOOD).encode("cp1252") + b"\x81;a@x.fi;\n")
    assert "neither UTF-8 nor Windows-1252" in said(path)


def test_a_letter_of_utf8_across_two_pieces_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from email_registry.sync.deliveries import csv_table

    path = tmp_path / "e.csv"
    path.write_bytes(f"Email;x\nä;{SECRET}\n".encode() + b"\xe4;\n")
    for size in range(1, 12):
        monkeypatch.setattr(csv_table, "CHUNK", size)
        message = refused(DeliveryFailed, lambda: list(read_export(path, "Email")))
        assert "broken places" in message


def test_a_file_that_is_not_what_its_suffix_says_or_not_there_is_refused(tmp_path: Path) -> None:
    assert "no such file" in said(tmp_path / "e.csv")
    workbook(tmp_path / "e.xlsx", HEADINGS, ("", SECRET, "")).rename(tmp_path / "e.csv")
    assert "suffix .xlsx" in said(tmp_path / "e.csv")
    assert "no .xlsx" in said(text(tmp_path / "f.xlsx", HEAD_LINE + GOOD))
    assert "one of them" in said(text(tmp_path / "f.txt", HEAD_LINE + GOOD))
    (tmp_path / "folder.csv").mkdir()
    assert "cannot be read" in said(tmp_path / "folder.csv")


def test_a_name_that_may_be_an_address_is_not_said(tmp_path: Path) -> None:
    assert said(text(tmp_path / f"{SECRET}.csv", "x\n")).startswith("a file whose name may be")


@pytest.mark.parametrize("row", ['<c r="A3"><f>A2</f><v>1</v></c>', '<c r="A3" t="str"><f>"x"</f><v>a@x.fi</v></c>',
                                 '<c r="A3" t="e"><v>#REF!</v></c>', '<c r="A3"><f>A2</f></c>'])  # fmt: skip
def test_an_address_that_a_formula_makes_is_refused(tmp_path: Path, row: str) -> None:
    rows = f'{HEAD}<row r="2">{inline("A2", SECRET)}</row><row r="3">{row}</row>'
    assert "row 3 is computed by a formula" in said(by_hand(tmp_path / "e.xlsx", rows))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (f'<row r="2">{inline("A2", EMAIL)}</row>', "no heading row"),
        (f'{HEAD}<row r="2">{inline("A2", SECRET)}</row><row r="2">{inline("A2", SECRET)}</row>', "broken or cut"),
        (f'{HEAD}<row r="3">{inline("A3", SECRET)}</row><row r="2">{inline("A2", SECRET)}</row>', "broken or cut"),
        (f'{HEAD}<row r="2">{inline("A2", SECRET)}{inline("A2", "b@x.fi")}</row>', "broken or cut"),
        (f'{HEAD}<row r="1048577">{inline("A1048577", SECRET)}</row>', "broken or cut"),
        (f'{HEAD}<row r="2">{inline("A2", " ")}{inline("B2", SECRET)}</row>', "row 2 has no address"),
        (f'{HEAD}<row r="2"><c r="A2" t="s"><v>0</v></c></row>', "broken or cut"),
        (f'{HEAD}<row r="2"><c r="A2" t="s"><v>-1</v></c></row>', "broken or cut"),
        (f'{HEAD}<row r="2"><c r="?2"><v>0</v></c></row>', "broken or cut"),
        (f'{HEAD}<row r="two"></row>', "broken or cut"),
        (f'{HEAD}<row r="2"><c r="A2"><v>{SECRET}</c></row>', "broken or cut"),
    ],
)
def test_a_workbook_that_is_not_whole_is_refused(tmp_path: Path, rows: str, reason: str) -> None:
    assert reason in said(by_hand(tmp_path / "e.xlsx", rows))


def test_a_workbook_cut_anywhere_or_with_a_byte_turned_is_refused_or_read_the_same(tmp_path: Path) -> None:
    good = workbook(tmp_path / "g.xlsx", HEADINGS, *[("", f"a{n}@x.fi", "Valid") for n in range(50)])
    whole, content, path = read(good), good.read_bytes(), tmp_path / "e.xlsx"
    for end in range(0, len(content), len(content) // 60):
        path.write_bytes(content[:end])
        said(path)
    refusals: list[DeliveryFailed] = []
    for place in range(0, len(content), len(content) // 250):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            assert read(path) == whole
        except DeliveryFailed as error:
            refusals.append(error)
    assert len(refusals) > 50
    assert all("@" not in str(error) and error.__context__ is None for error in refusals)


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = by_hand(tmp_path / "e.xlsx", HEAD + " " * 2_000_000)
    assert read(path) == {}
    monkeypatch.setattr(package, "MOST_BYTES", 2_000_000)
    assert path.stat().st_size < 10_000
    assert "more than 1 GB" in said(path)


def test_a_document_type_is_refused_so_that_no_entity_is_expanded(tmp_path: Path) -> None:
    secret = text(tmp_path / "secret.txt", SECRET)
    entities = f'<!DOCTYPE worksheet [<!ENTITY a SYSTEM "{secret.as_uri()}"><!ENTITY b "{"x" * 99}">]>'
    rows = f'{HEAD}<row r="2">{inline("A2", "&a;&b;&b;")}</row>'
    assert "document type" in said(by_hand(tmp_path / "e.xlsx", rows, before=entities))


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"e{suffix}"
    rows = [("", f"a{n}@x.fi", "Valid") for n in range(10)]
    if suffix == ".xlsx":
        workbook(path, HEADINGS, *rows)
    else:
        text(path, HEAD_LINE + "".join(";".join(row) + "\n" for row in rows))
    for change in (lambda: os.utime(path, ns=(1, 1)), path.unlink):

        def reading(change: Callable[[], object] = change) -> list[object]:
            pages: Iterator[object] = read_export(path, EMAIL, rows=4)
            first = next(pages)
            change()
            return [first, *pages]

        assert "changed while it was read" in refused(DeliveryFailed, reading)


# There and back -------------------------------------------------------------------------------------


emails = st.lists(
    st.one_of(
        st.from_regex(r"[a-z0-9.+=_-]{1,12}@[a-zäö-]{1,9}\.fi", fullmatch=True),
        st.text(max_size=20),
        st.text(alphabet="=+-@\t\r\n ;,\"'&<>_x0041aä\ufeff\x85\u2028", max_size=12),
    ),
    max_size=40,
)
FORMS = {
    "xlsx": None, "semicolons": (";", "utf-8-sig", "\r\n"), "commas": (",", "utf-8", "\n"),
    "tabs": ("\t", "cp1252", "\r"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=80, deadline=None)
@given(given=emails, alone=st.booleans())
def test_whatever_is_written_is_read_back_equal_and_in_order(form: str, given: list[str], alone: bool) -> None:
    headings = (EMAIL,) if alone else HEADINGS
    with tempfile.TemporaryDirectory() as name:
        folder, manner = Path(name), FORMS[form]
        if manner is None:
            template = Template.read(workbook(folder / "t.xlsx", headings), EMAIL)
        else:
            delimiter, encoding, end = manner
            template = Template.read(text(folder / "t.csv", delimiter.join(headings) + end, encoding), EMAIL)
        with SheetWriter(template, folder / f"s{template.suffix}") as sheet:
            left_out = set(sheet.add(given))
        kept = [email for place, email in enumerate(given) if place not in left_out]
        assert (sheet.rows, sheet.left_out) == (len(kept), len(left_out))
        assert read(folder / f"s{template.suffix}") == {f"row{n}": email for n, email in enumerate(kept, 2)}
        if manner is None:
            other = openpyxl.load_workbook(folder / "s.xlsx").worksheets[0]
            place = headings.index(EMAIL) + 1
            assert [row[0] for row in other.iter_rows(2, min_col=place, max_col=place, values_only=True)] == kept
