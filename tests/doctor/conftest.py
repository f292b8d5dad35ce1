"""One served office for a file of tests, whole and healthy before each test. Its nights go on: today's drop stays."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg2 import sql

from email_registry.boundaries.database import engine
from email_registry.settings import business_date
from local.postgres import Server
from tests.conftest import create_database, write_secrets
from tests.doctor.mail_server import MailServer, mail_server
from tests.doctor.patients import TEMPLATE, Patient
from tests.offices import Office


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("doctor")


@pytest.fixture(scope="module")
def served_mail(home: Path) -> Iterator[MailServer]:
    with mail_server(home) as server:
        yield server


@pytest.fixture(scope="module")
def served(postgres: Server, migrated_template: str, home: Path) -> Iterator[Office]:
    """Today's night, served; a registry of its own. Not for the session: URA's reader is the cluster's, and the worlds
    of other files give it another password."""
    database = create_database(postgres, f"registry_{secrets.token_hex(6)}", template=migrated_template)
    environment = write_secrets(home, database.url, database.admin_url)
    environment["REGISTRY_POLICY"] = str(home / "policy.yaml")
    office = Office(home, home / "secrets", environment)
    office.create("--ura-database", postgres.ura_url, addresses=60, date=business_date(None).isoformat())
    office.serve()
    office.sheets.mkdir(mode=0o700)
    yield office
    office.stop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGISTRY_URL", database.url)
        engine().dispose()
    with postgres.superuser() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))


@pytest.fixture
def patient(served: Office, served_mail: MailServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> Patient:
    """Healthy: policy, connections and template are as they must be."""
    for name in ("REGISTRY_HOME", "REGISTRY_URL", "REGISTRY_ADMIN_URL", "REGISTRY_POLICY", "REGISTRY_SECRETS"):
        monkeypatch.setenv(name, served.environment[name])
    found = Patient(served, served_mail, home, monkeypatch)
    found.rule()
    found.connect()
    (served.sheets / "pohja.csv").write_text(TEMPLATE, encoding="utf-8")
    os.chmod(home / "secrets", 0o700)  # noqa: PTH101  the folder may be shut
    return found
