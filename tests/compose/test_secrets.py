"""No secret stands in the composition; each service gets the secrets it uses, and no other."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.compose.composition import FILE, ROOT, composition, secrets_of, services

SECRET_WORD = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|CONN$|URL$|KWARGS")
# What has a secret's name and holds none.
HARMLESS = {
    "REGISTRY_SECRETS": r"/run/secrets",
    "AIRFLOW__SECRETS__BACKEND_KWARGS": r'\{"connections_file_path": "/run/secrets/connections\.json"\}',
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": r"http://api-server:8080/execution/",
    "AIRFLOW__API__BASE_URL": r"http://127\.0\.0\.1:8080",
}


@pytest.mark.promise("protected")
def test_no_variable_holds_a_secret() -> None:
    for service, settings in services().items():
        for name, value in settings.get("environment", {}).items():
            if not SECRET_WORD.search(name.rpartition("__")[2]):
                continue
            by_file = name.endswith("_FILE") and value.startswith("/run/secrets/")
            by_command = name.endswith("_CMD") and re.fullmatch(r"cat /run/secrets/\w+", value)
            harmless = re.fullmatch(HARMLESS.get(name, r"(?!)"), value)
            assert by_file or by_command or harmless, f"{service}: {name}"


def test_no_text_of_the_file_looks_like_a_password() -> None:
    text = FILE.read_text()
    assert not re.findall(r"://[^\s/@\"']+@", text), "a URL with a login"
    assert not re.findall(r"\b[0-9a-fA-F]{24,}\b|[A-Za-z0-9+/_-]{40,}=", text), "a long random text"


def test_a_service_is_given_what_it_reads() -> None:
    for name, service in services().items():
        given = secrets_of(service)
        read = set(re.findall(r"/run/secrets/([\w.]+)", json.dumps([service.get("environment"), service["command"]])))
        assert read <= given.keys(), name
        assert set(given.values()) <= composition()["secrets"].keys(), name


def test_a_database_login_is_given_only_to_who_uses_it() -> None:
    holders: dict[str, set[str]] = {}
    for name, service in services().items():
        for secret in secrets_of(service).values():
            holders.setdefault(secret, set()).add(name)
    assert holders["postgres_password"] == {"postgres"}
    assert holders["registry_admin_db_password"] == {"postgres", "init"}
    assert holders["registry_db_password"] == {"postgres", "init", "scheduler", "api-server"}
    assert holders["suppression_keys"] == {"scheduler", "api-server"}
    assert holders["connections"] == {"scheduler"}
    assert holders.keys() == composition()["secrets"].keys(), "a secret that nobody is given"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    subprocess.run([ROOT / "docker" / "make-secrets.sh", folder], check=True, capture_output=True)
    return folder


def test_the_script_makes_every_secret_file_in_a_folder_for_its_owner(made: Path) -> None:
    named = {Path(secret["file"]).name for secret in composition()["secrets"].values()}
    assert {file.name for file in made.iterdir()} == named
    assert made.stat().st_mode & 0o777 == 0o700
    Fernet((made / "fernet_key").read_text().strip())
    keys = json.loads((made / "suppression_keys.json").read_text())
    assert len(bytes.fromhex(keys["1"])) == 32


def test_the_script_replaces_nothing(made: Path) -> None:
    (made / "jwt_secret").unlink()
    before = {file.name: file.read_text() for file in made.iterdir()}
    subprocess.run([ROOT / "docker" / "make-secrets.sh", made], check=True, capture_output=True)
    after = {file.name: file.read_text() for file in made.iterdir()}
    assert len(after.pop("jwt_secret").strip()) == 128
    assert after == before


def entrypoint(secrets: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "SECRETS_FOLDER": str(secrets)}
    return subprocess.run(
        [ROOT / "docker" / "entrypoint.sh", *command], env=environment, capture_output=True, text=True, timeout=30
    )


def test_the_entrypoint_makes_urls_of_the_passwords_that_are_there(made: Path) -> None:
    (made / "registry_admin_db_password").unlink()
    shown = entrypoint(made, "env").stdout
    password = (made / "registry_db_password").read_text().strip()
    assert f"REGISTRY_URL=postgresql+psycopg2://registry_app:{password}@postgres:5432/registry\n" in shown
    assert "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=postgresql+psycopg2://airflow:" in shown
    assert "REGISTRY_ADMIN_URL" not in shown


@pytest.mark.parametrize("password", ["", "with@sign", "with space"])
def test_the_entrypoint_refuses_a_password_that_would_break_the_url(made: Path, password: str) -> None:
    file = made / "airflow_db_password"
    file.unlink()
    file.write_text(password)
    refused = entrypoint(made, "true")
    assert refused.returncode == 2
    assert refused.stderr.startswith("entrypoint: the secret airflow_db_password is empty or has other characters")
    assert len(refused.stderr.splitlines()) == 1
    assert not password or password not in refused.stderr
