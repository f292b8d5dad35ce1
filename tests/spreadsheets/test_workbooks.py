"""Exports as workbooks: every kind of text is read, and no part of one is believed that is not whole."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from email_registry.errors import DeliveryFailed
from email_registry.spreadsheets import workbook as package
from tests.spreadsheets.tables import (
    EMAIL,
    SECRET,
    cell,
    read_addresses,
    refusal_of_export,
    write_text,
    write_workbook,
    write_xml,
)

HEADINGS = ("Etunimi", EMAIL, "Status")
HEAD = f'<row r="1">{cell("A1", EMAIL)}</row>'


def test_a_sheet_that_declares_a_wrong_size_is_read_whole(tmp_path: Path) -> None:
    """Some programs write `A1` as the size, and openpyxl then reads no further."""
    before = write_workbook(tmp_path / "w.xlsx", HEADINGS, *[("", f"a{n}@x.fi", "") for n in range(9)])
    with ZipFile(before) as old, ZipFile(tmp_path / "e.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<dimension ref="A1:C10"', b'<dimension ref="A1"'))
    assert len(read_addresses(tmp_path / "e.xlsx")) == 9


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
    assert read_addresses(write_xml(tmp_path / "e.xlsx", rows, texts)) == expected


def test_a_prefix_of_the_namespace_changes_nothing(tmp_path: Path) -> None:
    rows = '<x:row><x:c t="s"><x:v>0</x:v></x:c></x:row><x:row><x:c t="s"><x:v>1</x:v></x:c></x:row>'
    texts = f"<x:si><x:t>{EMAIL}</x:t></x:si><x:si><x:t>a@x.fi</x:t></x:si>"
    assert read_addresses(write_xml(tmp_path / "e.xlsx", rows, texts, prefix="x")) == {"row2": "a@x.fi"}


def test_more_texts_than_are_packed_at_a_time_keep_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "TEXTS_PER_PIECE", 3)
    rows = [("", f"a{n}@x.fi", "Valid") for n in range(20)]
    addresses = read_addresses(write_workbook(tmp_path / "e.xlsx", HEADINGS, *rows))
    assert list(addresses.values()) == [row[1] for row in rows]


def test_the_sheet_that_has_the_heading_is_read(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_workbook(tmp_path / "e.xlsx", ("Ohje",), ("Lue tämä",), title="Ohje"))
    sheet = book.create_sheet("Lista")
    sheet.append(HEADINGS)
    sheet.append(("", "a@x.fi", ""))
    book.save(tmp_path / "e.xlsx")
    assert read_addresses(tmp_path / "e.xlsx") == {"row2": "a@x.fi"}
    book.copy_worksheet(sheet)
    book.save(tmp_path / "e.xlsx")
    assert "several of its sheets" in refusal_of_export(tmp_path / "e.xlsx")


@pytest.mark.parametrize("row", ['<c r="A3"><f>A2</f><v>1</v></c>', '<c r="A3" t="str"><f>"x"</f><v>a@x.fi</v></c>',
                                 '<c r="A3" t="e"><v>#REF!</v></c>', '<c r="A3"><f>A2</f></c>'])  # fmt: skip
def test_an_address_that_a_formula_makes_is_refused(tmp_path: Path, row: str) -> None:
    rows = f'{HEAD}<row r="2">{cell("A2", SECRET)}</row><row r="3">{row}</row>'
    assert "row 3 is computed by a formula" in refusal_of_export(write_xml(tmp_path / "e.xlsx", rows))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (f'<row r="2">{cell("A2", EMAIL)}</row>', "no heading row"),
        (
            f'{HEAD}<row r="2">{cell("A2", SECRET)}</row><row r="2">{cell("A2", SECRET)}</row>',
            "broken or cut",
        ),
        (
            f'{HEAD}<row r="3">{cell("A3", SECRET)}</row><row r="2">{cell("A2", SECRET)}</row>',
            "broken or cut",
        ),
        (f'{HEAD}<row r="2">{cell("A2", SECRET)}{cell("A2", "b@x.fi")}</row>', "broken or cut"),
        (f'{HEAD}<row r="1048577">{cell("A1048577", SECRET)}</row>', "broken or cut"),
        (f'{HEAD}<row r="2">{cell("A2", " ")}{cell("B2", SECRET)}</row>', "row 2 has no address"),
        (f'{HEAD}<row r="2"><c r="A2" t="s"><v>0</v></c></row>', "broken or cut"),
        (f'{HEAD}<row r="2"><c r="?2"><v>0</v></c></row>', "broken or cut"),
        (f'{HEAD}<row r="two"></row>', "broken or cut"),
        (f'{HEAD}<row r="2"><c r="A2"><v>{SECRET}</c></row>', "broken or cut"),
    ],
)
def test_a_workbook_that_is_not_whole_is_refused(tmp_path: Path, rows: str, reason: str) -> None:
    assert reason in refusal_of_export(write_xml(tmp_path / "e.xlsx", rows))


def test_a_cell_that_names_a_text_before_the_first_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "TEXTS_PER_PIECE", 1)
    rows = f'{HEAD}<row r="2"><c r="A2" t="s"><v>-1</v></c></row>'
    assert "broken or cut" in refusal_of_export(write_xml(tmp_path / "e.xlsx", rows, f"<si><t>{SECRET}</t></si>"))


def test_a_workbook_cut_anywhere_or_with_a_byte_turned_is_refused_or_read_the_same(tmp_path: Path) -> None:
    good = write_workbook(tmp_path / "g.xlsx", HEADINGS, *[("", f"a{n}@x.fi", "Valid") for n in range(50)])
    whole, content, path = read_addresses(good), good.read_bytes(), tmp_path / "e.xlsx"
    for end in range(0, len(content), len(content) // 60):
        path.write_bytes(content[:end])
        refusal_of_export(path)
    refusals: list[DeliveryFailed] = []
    for place in range(0, len(content), len(content) // 250):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            assert read_addresses(path) == whole
        except DeliveryFailed as error:
            refusals.append(error)
    assert len(refusals) > 50
    assert all("@" not in str(error) and error.__context__ is None for error in refusals)


def test_a_part_that_ends_too_soon_in_a_sound_zip_is_refused(tmp_path: Path) -> None:
    write_xml(tmp_path / "g.xlsx", f'{HEAD}<row r="2">{cell("A2", SECRET)}</row>', "<si><t>x</t></si>")
    with ZipFile(tmp_path / "g.xlsx") as good:
        parts = {name: good.read(name) for name in good.namelist()}
    for cut in parts:
        with ZipFile(tmp_path / "e.xlsx", "w") as broken:
            for name, content in parts.items():
                broken.writestr(name, content[: -len("</worksheet>")] if name == cut else content)
        assert "broken or cut" in refusal_of_export(tmp_path / "e.xlsx")
        with ZipFile(tmp_path / "e.xlsx", "w") as broken:
            for name, content in parts.items():
                if name != cut:
                    broken.writestr(name, content)
        assert "broken or cut" in refusal_of_export(tmp_path / "e.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_xml(tmp_path / "e.xlsx", HEAD + " " * 2_000_000)
    assert read_addresses(path) == {}
    monkeypatch.setattr(package, "MOST_BYTES", 2_000_000)
    assert path.stat().st_size < 10_000
    assert "more than 1 GB" in refusal_of_export(path)


def test_a_document_type_is_refused_so_that_no_entity_is_expanded(tmp_path: Path) -> None:
    secret = write_text(tmp_path / "secret.txt", SECRET)
    entities = f'<!DOCTYPE worksheet [<!ENTITY a SYSTEM "{secret.as_uri()}"><!ENTITY b "{"x" * 99}">]>'
    rows = f'{HEAD}<row r="2">{cell("A2", "&a;&b;&b;")}</row>'
    assert "document type" in refusal_of_export(write_xml(tmp_path / "e.xlsx", rows, before=entities))
