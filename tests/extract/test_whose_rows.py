"""Whose rows are read: of the office's region, of customers whose customership is open, from the systems agreed."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from email_registry.office.safety import require_safe
from email_registry.settings import Policy
from email_registry.settings.loading import load_promised
from email_registry.settings.policy import ODataWay
from tests.conftest import ROOT
from tests.extract.ways import CRM, FILE, extracted, office_rows, staged
from tests.offices import Office

REGION = {"maakunta": "06", "address1_stateorprovince": "Pirkanmaa"}


@pytest.fixture(scope="module")
def rules() -> Policy:
    return load_promised(ROOT / "include" / "policy" / "pirkanmaa.yaml")


@pytest.mark.promise("region")
def test_every_way_into_every_source_asks_for_the_region_and_for_nothing_narrower(rules: Policy) -> None:
    require_safe(rules, date(2026, 11, 23))
    for name, source in rules.sources.items():
        for way in source.ways.values():
            asked = {key: value for key, value in way.columns.where.items() if key != "asiakkuus"}
            assert asked.items() <= REGION.items(), name
            assert len(asked) == 1, name


@pytest.mark.promise("open")
def test_ura_is_asked_for_open_customership_and_kasvucrm_for_who_is_active_and_did_not_say_no(rules: Policy) -> None:
    ura = [way for source in rules.sources.values() if source.system == "URA" for way in source.ways.values()]
    assert ura
    assert {way.columns.where["asiakkuus"] for way in ura} == {"voimassa"}
    odata = rules.sources[CRM].ways["odata"]
    assert isinstance(odata, ODataWay)
    for condition in ("statecode eq 0", "donotbulkemail ne true", "donotemail ne true"):
        assert condition in odata.filter


@pytest.mark.promise("sources", "audiences")
def test_persons_come_from_ura_alone_and_companies_from_ura_and_kasvucrm(rules: Policy) -> None:
    systems = {
        audience: {rules.sources[name].system for name in rules.sources_of(audience)} for audience in rules.audiences
    }
    assert systems == {"person": {"URA"}, "company": {"URA", "KasvuCRM"}}


@pytest.mark.promise("given")
def test_beside_the_address_nothing_is_read_but_what_tells_whose_row_it_is(rules: Policy) -> None:
    """No column of a name, a number or an address found elsewhere: one that was not agreed stops the source."""
    for name, source in rules.sources.items():
        for way in source.ways.values():
            assert set(way.columns.agreed) == {way.columns.email, *way.columns.where}, name


@pytest.mark.promise("region", "open")
def test_of_ura_exactly_the_offices_open_rows_are_staged(admin_url: str, drop: Path) -> None:
    with drop.open(encoding="utf-8") as lines:
        everybody = sum(1 for _ in lines) - 1
    own = office_rows(drop)
    proof = extracted(FILE)
    assert 0 < len(own) < everybody == proof.received
    assert (len(staged(admin_url)), proof.filtered) == (len(own), everybody - len(own))


@pytest.mark.promise("region", "open")
def test_of_kasvucrm_exactly_the_offices_open_rows_are_staged(admin_url: str, world: Office) -> None:
    count = "SELECT count(*) FROM crm_row WHERE emailaddress1 IS NOT NULL"
    ours = (  # as the world holds them, not as we ask for them
        " AND statecode = 0 AND address1_stateorprovince = 'Pirkanmaa'"
        " AND coalesce(donotbulkemail, 0) = 0 AND coalesce(donotemail, 0) = 0"
    )
    with sqlite3.connect(world.home / "world.sqlite") as rows:
        ((everybody,),), ((own,),) = (rows.execute(count).fetchall(), rows.execute(count + ours).fetchall())
    extracted(CRM)
    assert 0 < own < everybody
    assert len(staged(admin_url)) == own
