"""docker/postgres/10-databases.sql, run by psql on a real and empty cluster, and the migration by its own login."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from local.binaries import find_binaries
from local.cluster_secrets import DATABASES, SUPERUSER
from local.postgres import Postgres, Server
from tests.compose.composition import ROOT


@pytest.fixture(scope="module")
def server(open_folder: Path) -> Iterator[Server]:
    """A cluster of its own, with nothing in it but the superuser."""
    cluster = Postgres(open_folder / "compose", fast=True)
    started = cluster.start()
    with started.superuser() as cursor:
        for database, (login, _) in DATABASES.items():
            cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(database)))
            cursor.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))
    try:
        yield started
    finally:
        cluster.kill()


@pytest.fixture(scope="module")
def passwords(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Login -> password, after the script has run once, with the options that the image runs it with."""
    folder = tmp_path_factory.mktemp("secrets")
    subprocess.run([ROOT / "docker" / "make-secrets.sh", folder], check=True, capture_output=True)
    program = find_binaries().path("psql")
    script = ROOT / "docker" / "postgres" / "10-databases.sql"
    command: list[str | Path] = [
        program,
        "-v",
        "ON_ERROR_STOP=1",
        "--no-psqlrc",
        "--no-password",
        "--username",
        SUPERUSER,
    ]
    command += ["-h", "127.0.0.1", "-p", str(server.port), "--dbname", "postgres", "-f", script]
    environment = {
        "PATH": os.environ["PATH"], "PGPASSWORD": server.passwords[SUPERUSER], "SECRETS_FOLDER": str(folder)
    }  # fmt: skip
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    files = {"airflow": "airflow", "registry_app": "registry", "registry_admin": "registry_admin"}
    return {login: (folder / f"{file}_db_password").read_text().strip() for login, file in files.items()}


def url(server: Server, passwords: dict[str, str], login: str, database: str) -> str:
    return f"postgresql+psycopg2://{login}:{passwords[login]}@127.0.0.1:{server.port}/{database}"


def enters(server: Server, passwords: dict[str, str], login: str, database: str) -> bool:
    try:
        psycopg2.connect(
            host="127.0.0.1", port=server.port, user=login, password=passwords[login], dbname=database
        ).close()
    except psycopg2.OperationalError as error:
        if "permission denied for database" not in str(error):
            raise
        return False
    return True


@pytest.mark.promise("protected")
def test_each_login_enters_its_own_database_and_no_other(server: Server, passwords: dict[str, str]) -> None:
    found = {(login, database) for login in passwords for database in ("airflow", "registry", "postgres")
             if enters(server, passwords, login, database)}  # fmt: skip
    assert found == {("airflow", "airflow"), ("registry_app", "registry"), ("registry_admin", "registry")}


def test_no_login_of_ours_is_a_superuser(server: Server, passwords: dict[str, str]) -> None:
    with server.superuser() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolsuper OR rolreplication OR rolbypassrls")
        assert cursor.fetchall() == [(SUPERUSER,)]


def test_the_migration_runs_by_its_own_login_and_twice(server: Server, passwords: dict[str, str]) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "plugins"),
        "REGISTRY_URL": url(server, passwords, "registry_app", "registry"),
        "REGISTRY_ADMIN_URL": url(server, passwords, "registry_admin", "registry"),
    }
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "email_registry.cli", "database", "upgrade"],
            env=environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    connection = psycopg2.connect(
        host="127.0.0.1", port=server.port, user="registry_app", password=passwords["registry_app"], dbname="registry"
    )
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE loader")
            cursor.execute("SELECT count(*) FROM registry.address")
            assert cursor.fetchone() == (0,)
    finally:
        connection.close()
