"""An office whose systems call everything otherwise; and lists that people kept for years."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from sandbox.errors import SandboxError
from sandbox.home import Home
from sandbox.office import Office, named, names
from sandbox.world import World
from tests.sandbox.outside import Outside, run

LEFT = 40
KUST = named("osterbotten")
LIST = KUST.webropol.lists["alla_kunder"].id


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """A world that tests only read: a thousand people, of whom forty left in the manual years."""
    outside = Outside(tmp_path_factory.mktemp("kust"))
    outside.run(
        "create", "--office", "osterbotten", "--manual-years", str(LEFT), "--addresses", "1000", "--date", "2026-11-23"
    )
    with outside.served():
        yield outside


def rows(home: Path, register: str) -> list[dict[str, str]]:
    drop = {"persons": KUST.ura.persons, "companies": KUST.ura.companies, "crm": KUST.kasvucrm.file}[register]
    with drop.path(home / "drop", date(2026, 11, 23)).open(encoding=drop.encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=drop.delimiter))


def asked(outside: Outside, query: str, *bound: object) -> list[tuple[str, ...]]:
    with World(Home(outside.home)).reading() as db:
        return db.execute(query, bound).fetchall()


def differing(first: Office, second: Office) -> set[str]:
    """What is written down by both and is not the same."""
    return {
        part
        for part in ("region", "status", "ura", "kasvucrm", "webropol")
        if getattr(first, part) != getattr(second, part)
    }


def test_there_are_two_offices_and_they_differ_in_everything_that_may_differ() -> None:
    first, second = (named(name) for name in ("pirkanmaa", "osterbotten"))
    assert names() == ["osterbotten", "pirkanmaa"]
    assert differing(first, second) == {"region", "status", "ura", "kasvucrm", "webropol"}
    assert not set(first.ura.columns) & set(second.ura.columns)
    assert not first.webropol.names.keys() & second.webropol.names.keys()
    assert not set(first.webropol.names.values()) & set(second.webropol.names.values())
    assert not set(first.webropol.paths.values()) & set(second.webropol.paths.values())
    assert {drop.delimiter for drop in first.drops} == {";"}
    assert {drop.delimiter for drop in second.drops} == {"|", ",", "\t"}
    assert {drop.encoding for drop in second.drops} == {"cp1252", "utf-8"}


def test_its_files_are_written_as_it_writes_them(outside: Outside) -> None:
    for register in ("persons", "companies"):
        found = rows(outside.home, register)
        assert len(found) > 100
        assert all(tuple(row) == KUST.ura.columns for row in found)
        assert {row["kundskap"] for row in found} == {"öppen", "avslutad"}
    assert {tuple(row) for row in rows(outside.home, "crm")} == {("kust_epost", "kust_landskap")}
    assert "Österbotten" in {row["kust_landskap"] for row in rows(outside.home, "crm")}
    marker = json.loads(outside.home.joinpath("drop", "personkunder_20261123.txt.klar").read_text())
    ours = [row for row in rows(outside.home, "persons") if (row["landskap"], row["kundskap"]) == ("15", "öppen")]
    assert (marker["rows"], marker["counts"]["15"]) == (len(rows(outside.home, "persons")), len(ours))


def test_its_customer_system_has_entity_sets_and_columns_of_its_own(outside: Outside) -> None:
    ours = (
        "statecode eq 0 and kust_ingamassutskick ne true and kust_ingenepost ne true and kust_landskap eq 'Österbotten'"
    )
    chosen = {"select": "kust_epost,kust_landskap", "filter": ours}
    for entity_set, key in (("kust_foretagset", "kust_foretagid"), ("kust_kontakter", "kust_kontaktid")):
        found = [row for page in outside.chain(entity_set, 20, **chosen) for row in page]
        assert len(found) > 20
        assert all(set(row) == {"@odata.etag", "kust_epost", "kust_landskap", key} for row in found)
        assert {row["kust_landskap"] for row in found} == {"Österbotten"}
    assert outside.odata("accounts", top="1").status_code == 404
    assert outside.odata("kust_kontakter", select="emailaddress1").status_code == 400
    assert "kust_foretagset" in outside.odata("$metadata").text


def test_its_lists_are_under_the_paths_of_its_contract_and_no_others(outside: Outside) -> None:
    found = outside.api("GET", "recipientgroups").json()
    assert {row["Name"] for row in found} == {"personkunder", "foretagskunder", "alla_kunder", "personalen"}
    members = outside.api("GET", f"recipientgroups/{LIST}/people", params={"paging": 1}).json()["Members"]
    assert len(members) > 900
    for verb, path in (("GET", "lists"), ("GET", f"lists/{LIST}/members"), ("POST", f"lists/{LIST}/members/removals")):
        assert outside.api(verb, path, json={"MemberIds": []} if verb == "POST" else None).status_code == 404
    staff, address = KUST.webropol.pilot.id, "viestija@sandbox-yritys.fi"
    added = outside.api("POST", f"recipientgroups/{staff}/people/import", json={"Members": [{"Email": address}]}).json()
    removal = {"MemberIds": [added["Results"][0]["MemberId"]]}
    assert outside.api("POST", f"recipientgroups/{staff}/people/delete", json=removal).json()["Removed"] == 1


def test_its_template_and_exports_have_headings_of_their_own(outside: Outside, tmp_path: Path) -> None:
    assert run("export", "foretagskunder", str(tmp_path / "e.xlsx"), home=outside.home).returncode == 0
    headings = next(openpyxl.load_workbook(tmp_path / "e.xlsx").worksheets[0].iter_rows(values_only=True))
    assert headings == ("Förnamn", "Efternamn", "E-post", "Språk", "Läge")
    done = run("export", "yritysasiakkaat", str(tmp_path / "e.xlsx"), home=outside.home)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "personkunder" in done.stderr


def test_who_left_is_in_the_sources_and_on_no_list_and_the_export_names_them(outside: Outside, tmp_path: Path) -> None:
    left = {name for (name,) in asked(outside, "SELECT canonical FROM address WHERE left_on IS NOT NULL")}
    assert len(left) == LEFT
    eligible = {
        name for (name,) in asked(outside, "SELECT canonical FROM address JOIN eligible ON address_id = address.id")
    }
    assert left <= eligible
    members = {
        row[0]
        for row in asked(outside, "SELECT a.canonical FROM by_hand AS h JOIN address AS a ON a.id = h.address_id")
    }
    assert not left & members
    assert not any(left & set(outside.truth(name)) for name in KUST.webropol.lists)
    assert run("do-not-contact", str(tmp_path / "dnc.csv"), home=outside.home).stdout == f"{LEFT} exported\n"
    with (tmp_path / "dnc.csv").open(encoding="utf-8-sig", newline="") as file:
        named_there = [row["E-post"] for row in csv.DictReader(file, delimiter=";")]
    assert len(named_there) == LEFT
    assert set(named_there) != left  # some are spelled otherwise
    assert len({name for name in named_there if name in left}) > LEFT // 2


def test_the_lists_hold_whom_people_put_there_spelled_as_they_did(outside: Outside) -> None:
    query = (
        "SELECT m.email, a.canonical, h.stranger FROM webropol_member AS m JOIN by_hand AS h USING (list_id, folded)"
        " JOIN address AS a ON a.id = h.address_id WHERE m.list_id = ?"
    )
    members = asked(outside, query, LIST)
    assert 0 < sum(email != canonical for email, canonical, _ in members) < len(members) // 5
    strangers = {canonical for _, canonical, stranger in members if stranger}
    eligible = {
        name for (name,) in asked(outside, "SELECT canonical FROM address JOIN eligible ON address_id = address.id")
    }
    assert strangers
    assert not strangers & eligible
    truth = outside.truth("alla_kunder")
    assert {email for email, _, stranger in members if stranger} <= truth  # they stay
    forgotten = truth - {email for email, _, _ in members}
    assert 0 < len(forgotten) < len(truth) // 10
    assert forgotten <= eligible


def test_the_truth_goes_on_with_the_nights(home: Path) -> None:
    outside = Outside(home)
    outside.run(
        "create", "--office", "osterbotten", "--manual-years", "20", "--addresses", "600", "--date", "2026-11-23"
    )
    before = set(outside.truth("personkunder"))
    outside.run("advance", "--nights", "3")
    after, members = set(outside.truth("personkunder")), "SELECT email FROM webropol_member WHERE list_id = ?"
    listed = {email for (email,) in asked(outside, members, KUST.webropol.lists["personkunder"].id)}
    assert before != after
    gone = listed - after
    assert gone <= before  # whoever goes belonged there before
    left = {name for (name,) in asked(outside, "SELECT canonical FROM address WHERE left_on > '2026-11-23'")}
    assert left
    assert not {email.casefold() for email in listed} & left  # off every list, however they were spelled


def test_no_more_than_half_can_have_left_and_an_office_that_is_not_there_is_refused(home: Path) -> None:
    done = run("create", "--manual-years", "500", "--addresses", "600", home=home)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "half" in done.stderr
    assert run("create", "--office", "../office", home=home).returncode == 2
    with pytest.raises(SandboxError, match="osterbotten, pirkanmaa"):
        named("nowhere")
