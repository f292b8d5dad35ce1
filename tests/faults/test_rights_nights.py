"""Ten nights after an erasure and an objection, with both addresses still in URA and in KasvuCRM."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date

import pytest

from email_registry import audit, rights
from email_registry.suppression.key_rotation import rotate
from tests.faults.nights import Nights
from tests.offices import Office
from tests.registry_rows import addresses, run_sql
from tests.rights.persons import ask

SPELLINGS = (
    str.upper, str.title, str.lower, " {} ".format, lambda e: e.partition("@")[0] + "@" + e.partition("@")[2].upper(),
    "\t{}".format, str.swapcase, "{}\u00a0".format, str.capitalize, "<{}>".format,
)  # fmt: skip
NEW_KEY = 5  # the night before which the key changes


@contextmanager
def world(office: Office) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(office.home / "world.sqlite")) as db, db:
        yield db


def plant(office: Office, email: str) -> None:
    """In URA's two registers and in KasvuCRM. The truth lists them no more, and nights leave their rows alone."""
    with world(office) as db:
        ((address,),) = db.execute("SELECT id FROM address WHERE canonical = ?", (email,)).fetchall()
        db.execute("UPDATE address SET left_on = '2026-11-23' WHERE id = ?", (address,))
        for register in ("persons", "companies"):
            db.execute(
                "INSERT INTO ura_row (register, sahkoposti, maakunta, asiakkuus, address_id)"
                " SELECT register, ?, maakunta, asiakkuus, ? FROM ura_row JOIN eligible ON row_id = ura_row.id"
                " WHERE register = ? AND source = 'ura_' || register LIMIT 1",
                (email, address, register),
            )
        db.execute(
            "INSERT INTO crm_row SELECT entity, ?, ?, statecode, donotbulkemail, donotemail, address1_stateorprovince,"
            " createdon, versionnumber, ? FROM crm_row JOIN eligible ON row_id = id WHERE source = entity LIMIT 1",
            (str(uuid.uuid4()), email, address),
        )


def respell(office: Office, email: str, spelled: str) -> None:
    """All their rows hold the address so."""
    which = "WHERE address_id = (SELECT id FROM address WHERE canonical = ?)"
    with world(office) as db:
        db.execute(f"UPDATE ura_row SET sahkoposti = ? {which}", (spelled, email))
        db.execute(f"UPDATE crm_row SET emailaddress1 = ? {which}", (spelled, email))


def put_on_lists(office: Office, emails: set[str], since: int) -> int:
    """How often any of them came to any list since that entry of Webropol's own log."""
    with world(office) as db:
        rows = db.execute("SELECT folded FROM webropol_log WHERE act = 'added' AND seq > ?", (since,)).fetchall()
    return sum(folded in emails for (folded,) in rows)


def kept_out(nights: Nights) -> dict[str, int]:
    """Source -> rows of tonight that were suppressed."""
    rows = run_sql(
        nights.office.environment["REGISTRY_ADMIN_URL"],
        "SELECT source, coalesce(CAST(rejected ->> 'suppressed' AS int), 0) FROM operations.proof"
        " WHERE night_id = (SELECT max(night_id) FROM operations.proof)",
    )
    return dict(rows)


@pytest.mark.promise("objection")
def test_ten_nights_later_neither_is_in_the_registry_nor_was_ever_on_a_list(nights: Nights) -> None:
    office, on = nights.office, date.fromisoformat(nights.office.date)
    admin_url = office.environment["REGISTRY_ADMIN_URL"]
    erased, objected = sorted(addresses(admin_url, "person"))[3], sorted(addresses(admin_url, "company"))[5]
    for done in (rights.erase(ask(erased, received_on=on), on), rights.object_(ask(objected, received_on=on), on)):
        assert not rights.confirm(done.case.id, on, owner="test", by="officer")
    for email in (erased, objected):
        plant(office, email)
    with world(office) as db:
        ((since,),) = db.execute("SELECT max(seq) FROM webropol_log").fetchall()
    for number, spelled in enumerate(SPELLINGS):
        if number == NEW_KEY:
            assert rotate(by="officer", why="a new key") == 2
        for email in (erased, objected):
            respell(office, email, spelled(email))
        office.advance()
        nights.healthy()
        assert not {erased, objected} & addresses(admin_url)
        assert put_on_lists(office, {erased, objected}, since) == 0
        brought = kept_out(nights)
        assert min(brought.values()) >= (0 if spelled("x") == "<x>" else 1), number
    audit.anchor()
