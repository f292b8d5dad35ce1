"""`$filter`: what it lets through, and that whatever is wrong in it is refused without repeating it."""

from __future__ import annotations

import sqlite3

import pytest

from sandbox.kasvucrm.columns import entity_sets
from sandbox.kasvucrm.errors import ApiError
from sandbox.kasvucrm.filters import MAX_COMPARISONS, MAX_DEPTH, MAX_LENGTH, parse
from sandbox.office import FIRST, named

ACCOUNT = entity_sets(named(FIRST).kasvucrm)["accounts"]
GUID = "6a5b1c95-ab29-4c27-8386-d628e024ff8f"
# id, emailaddress1, statecode, donotbulkemail, donotemail, address1_stateorprovince, createdon
ROWS = (
    ("a", "x@sandbox-yritys.fi", 0, None, 0, "Pirkanmaa", "2026-01-01T00:00:00Z"),
    ("b", None, 0, 1, None, "PIRKANMAA", "2026-06-01T12:00:00Z"),
    ("c", "o'k@sandbox-yritys.fi", 1, 0, 1, None, "2026-12-31T23:59:59Z"),
    (GUID, "", 0, None, None, "Lappi", "2025-01-01T00:00:00Z"),
)


@pytest.fixture(scope="module")
def rows() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE TABLE crm_row (id, emailaddress1, statecode, donotbulkemail, donotemail, "
        "address1_stateorprovince, createdon)"
    )
    db.executemany("INSERT INTO crm_row VALUES (?, ?, ?, ?, ?, ?, ?)", ROWS)
    return db


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("statecode eq 0", "abG"),
        ("statecode ne 0", "c"),
        ("donotbulkemail ne true", "acG"),  # null is not true
        ("donotbulkemail eq null", "aG"),
        ("donotbulkemail eq false", "c"),
        ("emailaddress1 ne null", "acG"),
        ("emailaddress1 eq ''", "G"),
        ("emailaddress1 eq 'o''k@sandbox-yritys.fi'", "c"),
        ("address1_stateorprovince eq 'pirkanmaa'", "ab"),  # without regard to case
        ("address1_stateorprovince ne 'Pirkanmaa'", "cG"),
        ("address1_stateorprovince gt 'M'", "ab"),
        ("not (address1_stateorprovince gt 'M')", "cG"),
        ("createdon ge 2026-06-01", "bc"),
        ("createdon lt 2026-06-01T15:00:00%2B03:00".replace("%2B", "+"), "aG"),
        ("createdon le 2026-06-01T12:00:00Z and createdon gt 2025-01-01", "ab"),
        ("statecode eq 1 or statecode eq 0 and donotbulkemail eq true", "bc"),  # `and` binds closer
        ("(statecode eq 1 or statecode eq 0) and donotbulkemail eq true", "b"),
        ("not (statecode eq 0) or (((donotemail eq false)))", "ac"),
        (f"accountid eq {GUID}", "G"),
        (f"accountid eq {GUID.upper()}", "G"),
        ("statecode ge -1 and statecode lt 0.5", "abG"),
        ("  statecode   eq 0  ", "abG"),
    ],
)
def test_a_filter_lets_through(rows: sqlite3.Connection, text: str, keys: str) -> None:
    condition = parse(text, ACCOUNT)
    found = rows.execute(f"SELECT id FROM crm_row WHERE {condition.sql} ORDER BY rowid", condition.parameters)
    assert [key for (key,) in found] == [GUID if key == "G" else key for key in keys]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "statecode",
        "statecode eq",
        "statecode eq 0 and",
        "and statecode eq 0",
        "statecode eq 0)",
        "(statecode eq 0",
        "()",
        "statecode = 0",
        "statecode like 0",
        "statecode EQ 0",
        "statecode eq 0 AND statecode eq 1",
        "statecode eq 0 statecode eq 1",
        "0 eq statecode",
        "not statecode eq 0",
        "not not (statecode eq 0)",
        "statecode eq '0'",
        "statecode eq true",
        "statecode eq 99999999999",
        "statecode gt null",
        "donotemail eq 1",
        "donotemail eq True",
        "emailaddress1 eq 5",
        "emailaddress1 eq 'secret@sandbox-posti.fi",
        "emailaddress1 eq secret@sandbox-posti.fi",
        "emailaddress1 eq 'secret''",
        "createdon eq 2026-13-01",
        "createdon eq 2026-02-30T00:00:00Z",
        "createdon eq '2026-01-01'",
        "createdon gt 0001-01-01T00:00:00+10:00",
        "createdon lt 9999-12-31T23:59:59-10:00",
        "accountid eq 'x'",
        "accountid eq 6a5b1c95",
        "contactid eq null",
        "name eq 'x'",
        "contains(emailaddress1,'secret')",
        "account/name eq 'x'",
        "1 eq 1; DROP TABLE crm_row",
        "statecode eq 0 -- x",
        "statecode eq ?",
        "statecode eq 0\x00",
        "(" * (MAX_DEPTH + 2) + "statecode eq 0" + ")" * (MAX_DEPTH + 2),
        "(" * 20_000,
        " and ".join(["statecode eq 0"] * (MAX_COMPARISONS + 1)),
        "emailaddress1 eq '" + "x" * MAX_LENGTH + "'",
    ],
)
def test_a_wrong_filter_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ApiError) as refused:
        parse(text, ACCOUNT)
    assert refused.value.status == 400
    assert "secret" not in refused.value.message


def test_the_longest_filter_that_is_allowed_works(rows: sqlite3.Connection) -> None:
    for text in (
        " or ".join(["statecode eq 1"] * MAX_COMPARISONS),
        "(" * MAX_DEPTH + "statecode eq 1" + ")" * MAX_DEPTH,
    ):
        condition = parse(text, ACCOUNT)
        found = rows.execute(f"SELECT count(*) FROM crm_row WHERE {condition.sql}", condition.parameters).fetchone()
        assert found == (1,)
