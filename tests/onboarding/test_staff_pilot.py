"""The pilot: the list has staff only, is made equal each night, and may be kept by sheets as well."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from chaos.webropol import BulletinList
from email_registry import onboarding
from email_registry.errors import ConfigurationError, Held
from email_registry.settings import load_policy, policy
from sandbox.targets import PILOT_LIST
from tests.list_syncs import TODAY
from tests.offices import Office
from tests.onboarding.rules import rule
from tests.registry_rows import run_sql
from tests.spreadsheets.tables import read_cells, write_text

STAFF = ["viestinta@te-toimisto.fi", "tietosuoja@te-toimisto.fi", "it@te-toimisto.fi", "johto@te-toimisto.fi"]


@pytest.fixture
def list_of_staff(office: Office, admin_url: str) -> BulletinList:
    return BulletinList(office.home / "world.sqlite", PILOT_LIST)


def test_each_night_the_list_is_made_equal_and_another_member_is_left_out(
    list_of_staff: BulletinList, admin_url: str
) -> None:
    lists = []
    for night in range(5):
        counts = onboarding.pilot(TODAY + timedelta(days=night), owner=f"pilot {night}")
        assert (counts["members"], counts["verified"]) == (3, 1)
        lists.append(frozenset(list_of_staff.members()))
    assert len(set(lists)) == 4
    assert lists[0] == lists[4]
    again = onboarding.pilot(TODAY + timedelta(days=4), owner="again")
    assert (again["added"], again["removed"]) == (0, 0)
    assert run_sql(admin_url, "SELECT count(*) FROM registry.address") == [(0,)]
    assert not run_sql(admin_url, "SELECT FROM operations.run WHERE counts::text LIKE '%%@%%'")


def test_a_list_with_members_who_are_not_staff_is_not_touched(list_of_staff: BulletinList) -> None:
    list_of_staff.fill(["asiakas@sandbox-posti.fi"])
    with pytest.raises(Held, match="has 1 members who are not among"):
        onboarding.pilot(TODAY, owner="pilot")
    assert set(list_of_staff.members()) == {"asiakas@sandbox-posti.fi"}


def test_without_a_pilot_in_the_policy_the_error_tells_what_to_do(
    admin_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rule(monkeypatch, tmp_path, pilot=None)
    with pytest.raises(ConfigurationError, match="has no `pilot`"):
        onboarding.pilot(TODAY, owner="pilot")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"addresses": [*STAFF[:3], "asiakas@sandbox-posti.fi"]}, "number 4 is of none of addresses.own_domains"),
        ({"addresses": [*STAFF[:3], STAFF[0].upper()]}, "one is there twice"),
        ({"addresses": STAFF[:2]}, "at least 3"),
        ({"list_id": "00000000-0000-0000-0000-000000000000"}, "put in the id"),
        ({"delivery": "sheets"}, "needs its template"),
        ({"list_id": "75386e91-4d4b-5b04-8cef-f8bc2741dd98"}, "that is the list of a target"),
    ],
)
def test_an_unsafe_pilot_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    rule(monkeypatch, tmp_path, pilot=changes)
    with pytest.raises(ConfigurationError) as raised:
        load_policy(tmp_path / "office.yaml")
    assert message in str(raised.value)
    assert "asiakas" not in str(raised.value)


def test_by_sheets_a_night_is_verified_by_an_export(
    office: Office, admin_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sheet = {"template": "pohja.csv", "email": "Sähköposti"}
    rule(monkeypatch, tmp_path, pilot={"delivery": "sheets", "sheet": sheet, "addresses": STAFF})
    office.sheets.mkdir(parents=True, exist_ok=True)
    write_text(office.sheets / "pohja.csv", "Nimi;Sähköposti\r\n")
    first = onboarding.pilot(TODAY, owner="first")
    assert (first["added"], first["delivered"], first["verified"]) == (3, 1, 0)
    (recipients,) = (office.sheets / "pilot").glob("recipients-*")
    members = {row[1] for row in read_cells(recipients)[1:]}
    (office.sheets / "pilot" / "in").mkdir()
    write_text(office.sheets / "pilot" / "in" / "vienti.csv", "\r\n".join(["Sähköposti", *members]) + "\r\n")
    second = onboarding.pilot(TODAY + timedelta(days=1), owner="second")
    assert (second["added"], second["removed"], second["members"], second["verified"]) == (1, 1, 3, 1)
    third = onboarding.pilot(TODAY + timedelta(days=2), owner="third")  # nobody imported those
    assert third["verified"] == 0
    assert policy().pilot is not None
