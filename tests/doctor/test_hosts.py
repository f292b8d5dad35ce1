"""Hosts that do not answer, certificates that do not verify or soon will not, clocks that are another's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.doctor.patients import Patient
from tests.doctor.tls_server import https_server

pytestmark = pytest.mark.faults

Issue = Callable[[trustme.CA], trustme.LeafCert]
KEEPER, NAME, AUTHORITY = "keeper to renew it", "the host that the certificate is for", "into extra.ca_file"


def until(days: float) -> datetime:
    return datetime.now() + timedelta(days=days)


def connect(patient: Patient, url: str, authority: trustme.CA, folder: Path, **extra: Any) -> None:
    file = folder / "ca.pem"
    file.write_bytes(authority.cert_pem.bytes())
    known = {"ca_file": str(file), "token_url": f"{url}/token", **extra}
    patient.connect(kasvucrm=patient.connection("kasvucrm", known, host=url))


def test_over_tls_by_the_offices_own_authority_all_is_well(patient: Patient) -> None:
    patient.connect(kasvucrm=patient.office.by_tls())
    assert patient.ill("host", "certificate", "clock", "source", "connection") == {}
    (found,) = (one for one in patient.examined("certificate") if "kasvucrm" in one.name)
    assert found.detail.startswith("valid for ")


@pytest.mark.parametrize(
    ("issue", "said", "cure"),
    [
        (lambda ca: ca.issue_cert("localhost", not_before=until(-90), not_after=until(-1)), "it has expired", KEEPER),
        (lambda ca: ca.issue_cert("localhost", not_before=until(1)), "it is not valid yet", "this machine's clock"),
        (lambda ca: ca.issue_cert("other.example"), "it is another host's", NAME),
        (lambda ca: trustme.CA().issue_cert("localhost"), "its authority is not known on this machine", AUTHORITY),
    ],
)
def test_a_certificate_that_does_not_verify(
    patient: Patient, tmp_path: Path, issue: Issue, said: str, cure: str
) -> None:
    authority = trustme.CA()
    with https_server(issue(authority)) as url:
        connect(patient, url, authority, tmp_path)
        found = patient.says("host kasvucrm")
        source = patient.says("source kasvucrm_companies")
    for one in (found, source):
        assert f"its certificate does not verify: {said}" in one.detail
        assert cure in one.cure
        assert one.exit_code == 2


@pytest.mark.parametrize(("days", "well"), [(15.5, True), (13.5, False)])
def test_a_certificate_that_ends_soon(patient: Patient, tmp_path: Path, days: float, well: bool) -> None:
    authority = trustme.CA()
    with https_server(authority.issue_cert("localhost", not_after=until(days))) as url:
        connect(patient, url, authority, tmp_path)
        found = patient.ill("host", "certificate")
    assert (found == {}) is well
    if not well:
        assert found["certificate kasvucrm"].detail == "valid for 13 more days"
        assert "renew it now" in found["certificate kasvucrm"].cure


def test_the_host_of_the_tokens_is_looked_at_too(patient: Patient, tmp_path: Path) -> None:
    authority = trustme.CA()
    with (
        https_server(authority.issue_cert("localhost")) as url,
        https_server(authority.issue_cert("localhost", not_after=until(2.5))) as tokens,
    ):
        connect(patient, url, authority, tmp_path, token_url=f"{tokens}/token")
        assert "valid for 2 more days" in patient.says("certificate kasvucrm.token_url").detail


def test_nobody_there_or_no_tls_there(patient: Patient) -> None:
    authority = patient.office.endpoints["ca_file"]
    patient.connect(kasvucrm=patient.connection("kasvucrm", {"ca_file": authority}, host="https://localhost:9"))
    found = patient.ill("host")["host kasvucrm"]
    assert (found.exit_code, "does not answer" in found.detail) == (4, True)
    plain = patient.office.endpoints["kasvucrm"]["environment"].replace("http://", "https://")
    patient.connect(kasvucrm=patient.connection("kasvucrm", {"ca_file": authority}, host=plain))
    found = patient.ill("host")["host kasvucrm"]
    assert "it does not speak TLS there" in found.detail
    assert "correct the port and the scheme" in found.cure


@pytest.mark.parametrize("wrong", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_server_whose_clock_is_an_hour_away(patient: Patient, tmp_path: Path, wrong: timedelta) -> None:
    authority = trustme.CA()
    with https_server(authority.issue_cert("localhost"), wrong) as url:
        connect(patient, url, authority, tmp_path)
        found = patient.says("clock kasvucrm")
    assert "s from this machine's" in found.detail
    assert "NTP" in found.cure


def test_what_never_answers_is_given_up_and_the_others_are_told(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    from email_registry.doctor import examination

    monkeypatch.setattr(examination, "SECONDS", 2.0)
    patient.rule(http={"read_seconds": 15, "request_seconds": 15})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        patient.connect(kasvucrm=patient.connection("kasvucrm", host=url))
        found = patient.examined("source", "mail")
    given_up = [one for one in found if not one.ok]
    assert [(one.name, one.detail, one.exit_code) for one in given_up] == [
        ("source kasvucrm_companies", "no answer within 2 s", 4)
    ]
    assert {one.name for one in found} >= {"source ura_persons", "source ura_companies", "mail"}
