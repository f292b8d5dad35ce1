"""Whatever a sheet is written with, a read of it gives."""

from __future__ import annotations

import tempfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from email_registry.spreadsheets.writing import SheetWriter, Template
from tests.spreadsheets.tables import EMAIL, read_addresses, write_text, write_workbook

HEADINGS = ("Etunimi", EMAIL, "Status")

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
            template = Template.read(write_workbook(folder / "t.xlsx", headings), EMAIL)
        else:
            delimiter, encoding, end = manner
            template = Template.read(write_text(folder / "t.csv", delimiter.join(headings) + end, encoding), EMAIL)
        with SheetWriter(template, folder / f"s{template.suffix}") as sheet:
            left_out = set(sheet.add(given))
        kept = [email for place, email in enumerate(given) if place not in left_out]
        assert (sheet.rows, sheet.left_out) == (len(kept), len(left_out))
        assert read_addresses(folder / f"s{template.suffix}") == {f"row{n}": email for n, email in enumerate(kept, 2)}
        if manner is None:
            other = openpyxl.load_workbook(folder / "s.xlsx").worksheets[0]
            place = headings.index(EMAIL) + 1
            assert [row[0] for row in other.iter_rows(2, min_col=place, max_col=place, values_only=True)] == kept
