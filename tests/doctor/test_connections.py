"""Connections that are missing, of another type, without what they need, or to a host that is not allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.doctor.patients import Patient

pytestmark = pytest.mark.faults

NAMES = ("ura_files", "ura_view", "kasvucrm", "webropol", "webropol_files", "mail")


@pytest.mark.parametrize("name", NAMES)
def test_one_that_is_missing(patient: Patient, name: str) -> None:
    patient.connect(**{name: None})
    found = patient.says(f"connection {name}")
    assert f"connection {name} is missing: it has no such entry" in found.detail
    assert found.cure == "add it; docs/vendors.md says what each connection needs"
    assert found.exit_code == 2


@pytest.mark.parametrize(("content", "why"), [(None, "is not there"), ("{", "cannot be read as JSON")])
def test_a_file_that_is_missing_or_broken(patient: Patient, content: str | None, why: str) -> None:
    file = patient.home / "secrets" / "connections.json"
    file.unlink() if content is None else file.write_text(content)
    file.with_name("suppression_keys.json").touch(0o600)
    found = [one for one in patient.examined("connection") if not one.ok]
    assert {one.name for one in found} == {f"connection {name}" for name in NAMES}
    assert all(why in one.detail for one in found)


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("ura_files", "fs or sftp"),
        ("ura_view", "generic"),
        ("kasvucrm", "http"),
        ("webropol", "http"),
        ("webropol_files", "fs"),
        ("mail", "smtp"),
    ],
)
def test_one_of_another_type(patient: Patient, name: str, needed: str) -> None:
    patient.connect(**{name: patient.connection(name, conn_type="ftp")})
    found = patient.says(f"connection {name}")
    assert (found.detail, f"correct {name} in" in found.cure) == (f"its conn_type is not {needed}", True)


SFTP = {"ura_persons": {"way": "sftp"}}


@pytest.mark.parametrize(
    ("name", "extra", "changes", "said"),
    [
        ("ura_files", {"folder": ""}, {}, "extra.folder is missing"),
        ("ura_sftp", {"host_key": ""}, {}, "extra.host_key is missing"),
        ("ura_sftp", {}, {"login": ""}, "no login or no password"),
        ("ura_sftp", {"key_file": "/nowhere"}, {"password": ""}, "extra.key_file is not there"),
        ("ura_sftp", {}, {"host": "elsewhere.example"}, "not among the policy's allowed_hosts"),
        ("ura_view", {"url": "nonsense"}, {}, "extra.url is no database URL"),
        ("ura_view", {"url": "postgresql+psycopg2://127.0.0.1/ura"}, {}, "extra.url has no login"),
        ("ura_view", {"url": "postgresql+psycopg2://x:y@elsewhere.example/ura"}, {}, "allowed_hosts"),
        ("kasvucrm", {}, {"password": ""}, "no login or no password"),
        ("kasvucrm", {"scope": ""}, {}, "extra.scope is missing"),
        ("kasvucrm", {"token_url": ""}, {}, "extra.token_url is missing"),
        ("kasvucrm", {"ca_file": "/nowhere.pem"}, {}, "extra.ca_file is not there"),
        ("kasvucrm", {"token_url": "https://elsewhere.example/token"}, {}, "allowed_hosts"),
        ("kasvucrm", {}, {"host": "https://elsewhere.example"}, "allowed_hosts"),
        ("webropol", {}, {"login": ""}, "no login or no password"),
        ("webropol", {}, {"host": "rest.example"}, "allowed_hosts"),
        ("webropol", {}, {"host": "http://crm.example"}, "only https is used off this machine"),
        ("webropol", {}, {"host": ""}, "allowed_hosts"),
        ("mail", {"from_email": ""}, {}, "extra.from_email is missing"),
        ("mail", {}, {"host": "elsewhere.example"}, "allowed_hosts"),
    ],
)
def test_one_without_what_it_needs(
    patient: Patient, name: str, extra: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    patient.rule(allowed_hosts=["127.0.0.1", "localhost", "crm.example"], sources=SFTP if "sftp" in name else {})
    patient.connect(**{name: patient.connection(name, extra, **changes)})
    found = patient.says(f"connection {name}")
    assert said in found.detail
    assert "connections.json" in found.cure or "allowed_hosts" in found.cure
    assert found.exit_code == 2


def test_a_way_that_no_night_uses_needs_no_connection(patient: Patient) -> None:
    patient.connect(ura_sftp=None, kasvucrm_files=None)
    assert patient.ill("connection", "source") == {}


def test_a_policy_that_is_wrong_is_named_by_its_key_and_the_rest_is_looked_at(patient: Patient) -> None:
    patient.rule(sync={"batch_size": 0})
    found = patient.ill()
    assert list(found) == ["policy"]
    assert "sync.batch_size" in found["policy"].detail
    assert "correct that in" in found["policy"].cure
    assert {one.name for one in patient.examined()} >= {"policy", "secrets", "database", "version packages"}
    patient.patch.setenv("REGISTRY_POLICY", "/nowhere.yaml")
    assert "/nowhere.yaml is not there" in patient.ill("source")["policy"].detail  # always told: it is why no source is


def test_json_of_another_form_is_no_fault_of_ours(patient: Patient) -> None:
    file = patient.home / "secrets" / "connections.json"
    file.write_text(json.dumps([1]))
    assert all(one.exit_code == 2 for one in patient.examined("connection"))
