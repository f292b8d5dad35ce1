"""Sources that cannot be reached, refuse the login, or do not have the agreed columns; by every way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from email_registry.settings import business_date
from local.postgres import Server
from tests.doctor.patients import Patient
from tests.extract.dataverse import Dataverse, row
from tests.extract.test_sftp import OTHER_KEY
from tests.extract.ways import mark

pytestmark = pytest.mark.faults

PERSONS, COMPANIES, CRM = "source ura_persons", "source ura_companies", "source kasvucrm_companies"
VIEW = (
    "CREATE VIEW ura.customer_email_companies AS SELECT {} FROM ura.customer_email WHERE register = 'companies';"
    "GRANT SELECT ON ura.customer_email_companies TO ura_reader"
)
DROP = "DROP VIEW IF EXISTS ura.customer_email_companies"
AGREED = "sahkoposti, maakunta, asiakkuus"


@pytest.fixture
def drop(patient: Patient, tmp_path: Path) -> Path:
    """Today's drop of persons in a folder of this test's own."""
    found = patient.office.home / "drop" / f"ura_persons_{business_date(None)}.csv"
    for suffix in ("", ".done"):
        (tmp_path / (found.name + suffix)).write_bytes((found.parent / (found.name + suffix)).read_bytes())
    patient.connect(ura_files={"conn_type": "fs", "extra": {"folder": str(tmp_path)}})
    return tmp_path / found.name


def test_by_sftp_all_is_well(patient: Patient) -> None:
    patient.rule(sources={"ura_persons": {"way": "sftp"}})
    assert patient.ill("source", "connection") == {}


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (b"sahkoposti;maakunta", "the agreed column asiakkuus is missing"),
        (b"sahkoposti;maakunta;tila", "the agreed column asiakkuus is missing"),
        (b"sahkoposti,maakunta,asiakkuus", "the agreed column sahkoposti is missing"),
        (b"sahkoposti;maakunta;asiakkuus;nimi", "1 column(s) came that were not agreed"),
        (b"matti.meikalainen@sandbox-posti.fi;06;voimassa", "the agreed column sahkoposti is missing"),
        (b"s\xe4hkoposti;maakunta;asiakkuus", "its headings are not in utf-8 as agreed"),
    ],
)
def test_a_file_with_other_columns(patient: Patient, drop: Path, headings: bytes, said: str) -> None:
    _, _, rest = drop.read_bytes().partition(b"\n")
    drop.write_bytes(headings + b"\r\n" + rest)
    mark(drop, 1, counts={"06": 1})
    found = patient.says(PERSONS)
    assert said in found.detail
    assert "URA's keeper, or correct" in found.cure
    assert found.exit_code == 2


def test_a_byte_order_mark_and_quoted_headings_are_as_agreed(patient: Patient, drop: Path) -> None:
    drop.write_bytes(b'\xef\xbb\xbf"asiakkuus";"sahkoposti";maakunta\r\n')
    assert patient.ill("source") == {}


def test_a_folder_without_a_file_an_old_one_or_a_broken_marker(patient: Patient, drop: Path) -> None:
    marker = drop.with_name(drop.name + ".done")
    kept = marker.read_bytes()
    marker.write_bytes(b"{}")
    found = patient.says(PERSONS)
    assert "the completion marker is not as agreed" in found.detail
    marker.unlink()
    found = patient.says(PERSONS)
    assert "no complete file of any day is there" in found.detail
    assert found.cure == "ask URA's keeper for ura_persons_{date}.csv and its marker (.done)"
    assert found.exit_code == 4
    old = drop.with_name("ura_persons_" + _days_before(drop, 3) + ".csv")
    drop.rename(old)
    old.with_name(old.name + ".done").write_bytes(kept)
    assert "its newest file is 3 days old" in patient.says(PERSONS).detail
    old.rename(drop.with_name("ura_persons_" + _days_before(drop, 1) + ".csv"))
    old.with_name(old.name + ".done").rename(drop.with_name("ura_persons_" + _days_before(drop, 1) + ".csv.done"))
    assert patient.ill("source") == {}  # tonight's may not have come yet


def _days_before(drop: Path, days: int) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(drop.stem.rpartition("_")[2]) - timedelta(days=days)).isoformat()


def test_a_folder_that_is_not_there(patient: Patient) -> None:
    patient.connect(ura_files={"conn_type": "fs", "extra": {"folder": "/nowhere"}})
    found = patient.says(PERSONS)
    assert "/nowhere: No such file or directory" in found.detail
    assert "mount the folder, or correct ura_files in connections.json" in found.cure


@pytest.mark.parametrize(
    ("extra", "changes", "said", "code"),
    [
        ({"host_key": OTHER_KEY}, {}, "its host key is not the one in the connection, nothing was sent", 2),
        ({"host_key": "ssh-ed25519 nonsense"}, {}, "extra.host_key is no public key", 2),
        ({}, {"password": "wrong"}, "it refuses the login", 2),
        ({"folder": "/elsewhere"}, {}, "a file or the folder is not there", 4),
        ({}, {"port": 9}, "it does not answer as it should", 4),
    ],
)
def test_an_sftp_server_that_is_not_as_agreed(
    patient: Patient, extra: dict[str, Any], changes: dict[str, Any], said: str, code: int
) -> None:
    patient.rule(sources={"ura_persons": {"way": "sftp"}})
    patient.connect(ura_sftp=patient.connection("ura_sftp", extra, **changes))
    found = patient.says(PERSONS)
    assert said in found.detail
    assert "correct ura_sftp in connections.json" in found.cure
    assert found.exit_code == code


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("sahkoposti, maakunta", "the agreed column asiakkuus is missing"),
        (f"{AGREED}, 'x' AS nimi", "1 column(s) came that were not agreed"),
    ],
)
def test_a_view_with_other_columns(patient: Patient, postgres: Server, columns: str, said: str) -> None:
    with patient.admin(f"{DROP}; {VIEW.format(columns)}", f"{DROP}; {VIEW.format(AGREED)}", postgres.ura_url):
        found = patient.says(COMPANIES)
    assert said in found.detail
    assert "columns.agreed" in found.cure
    assert found.exit_code == 2


def test_a_view_that_is_gone_shut_or_open_for_writing(patient: Patient, postgres: Server) -> None:
    whole = f"{DROP}; {VIEW.format(AGREED)}"
    with patient.admin(DROP, whole, postgres.ura_url):
        assert "the view cannot be read, SQLSTATE 42P01" in patient.says(COMPANIES).detail
    with patient.admin("REVOKE SELECT ON ura.customer_email_companies FROM ura_reader", whole, postgres.ura_url):
        found = patient.says(COMPANIES)
        assert "the view cannot be read, SQLSTATE 42501" in found.detail
        assert "that its login may read ura.customer_email_companies" in found.cure
    with patient.admin("GRANT DELETE ON ura.customer_email_companies TO ura_reader", whole, postgres.ura_url):
        found = patient.says(COMPANIES)
        assert "its login may change what it reads" in found.detail
        assert "one that may only read" in found.cure


def test_a_view_with_a_wrong_password_or_nobody_there(patient: Patient) -> None:
    url = patient.connection("ura_view")["extra"]["url"]
    login, _, rest = url.rpartition("@")
    for wrong in (f"{login}x@{rest}", "postgresql+psycopg2://ura_reader:x@127.0.0.1:9/ura"):
        patient.connect(ura_view={"conn_type": "generic", "extra": {"url": wrong}})
        found = patient.says(COMPANIES)
        assert "no answer, or the login is refused" in found.detail
        assert "see extra.url of ura_view in connections.json" in found.cure
        assert found.exit_code == 4


def test_odata_without_its_login_its_scope_its_entity_set_or_a_server(patient: Patient) -> None:
    whole = patient.connection("kasvucrm")
    patient.connect(kasvucrm={**whole, "password": "wrong"})
    found = patient.says(CRM)
    assert "the login is refused (401)" in found.detail
    assert found.cure == "correct login and password of kasvucrm in connections.json"
    assert found.exit_code == 2
    patient.connect(kasvucrm=patient.connection("kasvucrm", host="http://127.0.0.1:9", password=whole["password"]))
    found = patient.says(CRM)
    assert (found.exit_code, "does not answer" in found.detail) == (4, True)
    assert "its host in connections.json" in found.cure
    patient.connect()
    way = {"ways": {"odata": {"entity_sets": {"leads": "leadid"}}}}
    patient.rule(sources={"kasvucrm_companies": way})
    found = patient.says(CRM)
    assert "leads is not there (404)" in found.detail
    assert "correct entity_sets of the way in the policy" in found.cure


@pytest.mark.parametrize(
    ("odata", "said", "cure"),
    [
        ({"columns": {"agreed": ["emailaddress1", "address1_stateorprovince", "nickname"]}}, "(400)", "columns.agreed"),
        ({"filter": "statecode equals 0"}, "(400)", "filter and partition"),
        ({"partition": "nickname"}, "(400)", "filter and partition"),
        ({"filter": "emailaddress1 eq 'nobody'"}, "no row passes the filter", "correct filter and where"),
        ({"columns": {"where": {"address1_stateorprovince": "Uusimaa"}}}, "the filter was not obeyed", "agree on"),
    ],
)
def test_odata_with_a_column_or_a_filter_that_is_not_there(
    patient: Patient, odata: dict[str, Any], said: str, cure: str
) -> None:
    patient.rule(sources={"kasvucrm_companies": {"ways": {"odata": odata}}})
    found = patient.says(CRM)
    assert said in found.detail
    assert cure in found.cure
    assert found.exit_code == 2


def test_odata_whose_rows_lack_a_column_or_have_one_more(patient: Patient) -> None:
    """A server that answers whatever it likes."""

    def changed(change: Any) -> Dataverse:
        server = Dataverse(
            [row(1)], change=lambda number, page: {"value": [change(dict(one)) for one in page["value"]]}
        )
        patient.connect(kasvucrm={"conn_type": "http", **server.connection})
        return server

    def without(one: dict[str, Any]) -> dict[str, Any]:
        one.pop("address1_stateorprovince", None)
        return one

    server = changed(without)
    assert "a row lacks an agreed column" in patient.says(CRM).detail
    assert all("%24top=1" in asked or "$top=1" in asked for asked in server.asked)
    server.close()
    server = changed(lambda one: one | {"fullname": "Matti"})
    assert "a column came that was not agreed" in patient.says(CRM).detail
    server.close()
