"""Lists that are not there, have another's name, or whose template or folder is not as it must be; who left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doctor.patients import BY_SHEETS, Patient
from tests.spreadsheets.tables import write_workbook

pytestmark = pytest.mark.faults

SHEETS, PILOT = "target yritysasiakkaat", "target pilot"
NOWHERE = "12345678-1234-4234-8234-123456789abc"


def test_a_list_or_a_pilots_that_is_not_there(patient: Patient) -> None:
    patient.rule(targets={"kaikki_asiakkaat": {"list_id": NOWHERE}})
    found = patient.says("target kaikki_asiakkaat")
    assert found.detail == "Webropol has no list of that id"
    assert "correct targets.kaikki_asiakkaat.list_id in the policy" in found.cure
    assert found.exit_code == 2
    patient.rule(pilot={"list_id": NOWHERE})
    assert "correct pilot.list_id in the policy" in patient.says(PILOT).cure


def test_lists_whose_ids_were_exchanged_have_each_others_names(patient: Patient) -> None:
    ids = {row["Name"]: row["ListId"] for row in patient.office.webropol("GET", "/lists")}
    patient.rule(
        targets={
            "henkiloasiakkaat": {"list_id": ids["kaikki_asiakkaat"]},
            "kaikki_asiakkaat": {"list_id": ids["henkiloasiakkaat"]},
        }
    )
    found = patient.ill("target")
    assert set(found) == {"target henkiloasiakkaat", "target kaikki_asiakkaat"}
    assert {one.detail for one in found.values()} == {"the list of that id has another name at Webropol"}


def test_a_list_that_is_called_as_the_policy_says(patient: Patient) -> None:
    """By the target's name in either language, or its key; not by another."""
    called = {"fi": "henkiloasiakkaat ", "en": "Something else"}
    patient.rule(
        targets={"toiset": {**target_of(patient, "henkiloasiakkaat"), "name": called}, "henkiloasiakkaat": OFF}
    )
    assert patient.ill("target") == {}
    patient.rule(
        targets={
            "toiset": {**target_of(patient, "henkiloasiakkaat"), "name": {"fi": "Jotakin", "en": "Else"}},
            "henkiloasiakkaat": OFF,
        }
    )
    assert "give both the same name" in patient.says("target toiset").cure


OFF: dict[str, Any] = {"delivery": "sheets", "sheet": BY_SHEETS["sheet"], "list_id": NOWHERE}


def target_of(patient: Patient, name: str) -> dict[str, Any]:
    return {"audiences": ["person"], "delivery": "rest", "list_id": patient.office.list_id(name)}


@pytest.fixture
def healed(patient: Patient) -> Iterator[Patient]:
    yield patient
    patient.office.heal()
    assert patient.ill("webropol", "target") == {}


def test_webropol_with_twins_or_deleted_or_down(healed: Patient) -> None:
    patient = healed
    afflicted = None
    for fault, said in (
        ("webropol-list-twin", "two lists at Webropol have its name"),
        ("webropol-list-renamed", "has another name at Webropol"),
        ("webropol-list-deleted", "has no list of that id"),
    ):
        patient.office.advance("--fault", fault)
        (found,) = patient.ill("target").values()
        assert said in found.detail
        afflicted = afflicted or found.name
        assert found.name == afflicted
    patient.office.advance("--fault", "webropol-down")
    found = patient.says("webropol")
    assert (found.detail, found.exit_code) == ("Webropol answered 503", 4)
    assert "see that it runs, that this machine may reach it" in found.cure
    assert list(patient.ill("survey")) == ["webropol"]  # it is why nothing is known of the survey


@pytest.mark.parametrize(
    ("changes", "webropol", "said", "cure"),
    [
        ({"password": "wrong"}, {}, "the login is refused", "correct login and password of webropol"),
        ({}, {"lists": "/nothing"}, "its lists are not there (404)", "correct webropol.lists in the policy"),
        ({}, {"lists": "/surveys"}, "not the overview of the lists", "correct webropol.lists in the policy"),
    ],
)
def test_a_wrong_password_or_path(
    patient: Patient, changes: dict[str, Any], webropol: dict[str, Any], said: str, cure: str
) -> None:
    patient.rule(webropol=webropol)
    patient.connect(webropol=patient.connection("webropol", **changes))
    found = patient.says("webropol")
    assert said in found.detail
    assert cure in found.cure


def test_a_survey_that_is_not_there(patient: Patient) -> None:
    patient.rule(unsubscribes={"survey": NOWHERE})
    found = patient.says("survey")
    assert "the survey is not there" in found.detail
    assert "correct unsubscribes.survey in the policy" in found.cure
    patient.rule(unsubscribes={"survey": None})
    assert "survey" not in {one.name for one in patient.examined("survey", "webropol")}


def test_a_folder_of_sheets_that_is_not_there(patient: Patient) -> None:
    patient.connect(webropol_files={"conn_type": "fs", "extra": {"folder": "/nowhere"}})
    found = patient.says("sheets")
    assert found.detail == "/nowhere is not there"
    assert "mount or make it (mode 700), or correct webropol_files" in found.cure


def test_a_folder_that_cannot_be_written(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing holds the superuser, by whom containers run tests: the system's answer is given in its place."""
    monkeypatch.setattr("email_registry.doctor.lists.os.access", lambda path, mode: False)
    found = patient.says("sheets")
    assert "cannot be read and written" in found.detail
    assert "chmod 700" in found.cure


def test_a_targets_folder_that_is_a_file(patient: Patient) -> None:
    place = patient.office.sheets / "yritysasiakkaat"
    place.touch()
    try:
        assert "is no folder" in patient.says(SHEETS).detail
    finally:
        place.unlink()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "pohja.csv: there is no such file"),
        ("Sähköpostiosoite;Kieli\r\n", "the heading 'Sähköposti' is not there"),
        ("Sähköposti;Sähköposti;Kieli\r\n", "the heading 'Sähköposti' is there twice"),
        ("", "it has no heading row"),
        ("Sähköposti;Language\r\n", "the fixed value of 'Kieli'"),
    ],
)
def test_a_template_that_is_missing_or_has_other_headings(patient: Patient, content: str | None, said: str) -> None:
    file = patient.office.sheets / "pohja.csv"
    file.unlink()
    if content is not None:
        file.write_text(content, encoding="utf-8")
    found = patient.says(SHEETS)
    assert said in found.detail
    assert f"export the template from Webropol to {file}, or correct targets.yritysasiakkaat.sheet" in found.cure
    assert found.exit_code == 2
    assert not (patient.office.sheets / "yritysasiakkaat").exists()


def test_a_workbook_as_a_template_and_a_pilots(patient: Patient) -> None:
    sheet = {"template": "pohja.xlsx", "email": "Sähköposti"}
    write_workbook(patient.office.sheets / "pohja.xlsx", ("Nimi", "Sähköposti"))
    patient.rule(pilot={"delivery": "sheets", "sheet": sheet})
    assert patient.ill("target") == {}
    write_workbook(patient.office.sheets / "pohja.xlsx", ("Nimi", "E-mail"))
    found = patient.says(PILOT)
    assert "the heading 'Sähköposti' is not there" in found.detail
    assert "or correct pilot.sheet in the policy" in found.cure


def test_mail_that_is_not_as_it_must_be(patient: Patient) -> None:
    patient.connect(mail=patient.mail.connection(password="wrong"))
    found = patient.says("mail")
    assert "refuses the login" in found.detail
    assert "correct mail in connections.json" in found.cure
    assert found.exit_code == 2
    patient.connect(mail=patient.mail.connection(ca_file=patient.office.endpoints["ca_file"]))
    found = patient.says("mail")
    assert "its authority is not known" in found.detail
    assert "into extra.ca_file of the connection" in found.cure
    patient.connect(mail={**patient.mail.connection(), "port": 9})
    found = patient.says("mail")
    assert (found.exit_code, "does not answer" in found.detail) == (4, True)
    assert patient.mail.mailboxes.came == []


def test_a_server_without_tls_gets_no_password(patient: Patient, tmp_path: Path) -> None:
    from tests.doctor.mail_server import mail_server

    with mail_server(tmp_path, tls="none") as server:
        patient.connect(mail=server.connection())
        assert "offers no TLS" in patient.says("mail").detail


def test_without_mail_in_the_policy_it_is_said(patient: Patient) -> None:
    patient.rule(mail=None)
    patient.connect(mail=None)
    (found,) = patient.examined("mail")
    assert (found.ok, found.detail.startswith("the policy names nobody")) == (True, True)
