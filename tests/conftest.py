"""What every test may ask for: a real PostgreSQL, and a registry database of its own.

postgres           session  an embedded server in a temporary folder, ended with the session
registry_database  test     a freshly migrated, empty registry, cloned from one migrated once
registry_env       test     the environment the domain reads, set for this test
office             test     a small office: a sandbox of its own, served, with the connections to it
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from psycopg2 import sql

from local.cluster_files import private_folder, write_private
from local.cluster_secrets import SUPERUSER
from local.postgres import Postgres, Server, keep_to_login
from tests.offices import Office

ROOT = Path(__file__).resolve().parent.parent
# Tests that take minutes. Every other test has the limit of pyproject.toml.
LONG_MARKS = ("stack", "faults", "chaos")
LONG_TIMEOUT_SECONDS = 1800
SANDBOX_POLICY = ROOT / "include" / "policy" / "sandbox.yaml"


@dataclass(frozen=True)
class Database:
    """One registry database: SQLAlchemy URLs of the domain's login and of the superuser."""

    name: str
    url: str = field(repr=False)
    admin_url: str = field(repr=False)


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A temporary folder that PostgreSQL's user may pass through (pytest's own are closed to it)."""
    folder = Path(tempfile.mkdtemp(prefix="email-registry-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(open_folder: Path) -> Iterator[Server]:
    """A running server; its databases `airflow`, `registry` (empty, not migrated) and `ura` are there."""
    cluster = Postgres(open_folder / "shared", fast=True)
    try:
        yield cluster.start()
    finally:
        cluster.kill()


@pytest.fixture(scope="session")
def migrated_template(postgres: Server) -> str:
    """The name of a database with the schema in it, to be cloned. Migrated by the real command."""
    name = "registry_template"
    database = create_database(postgres, name)
    migrate({"REGISTRY_URL": database.url, "REGISTRY_ADMIN_URL": database.admin_url})
    return name


@pytest.fixture
def registry_database(postgres: Server, migrated_template: str) -> Iterator[Database]:
    """A migrated and empty registry for this test alone (about 50 ms)."""
    database = create_database(postgres, f"registry_{secrets.token_hex(6)}", template=migrated_template)
    yield database
    with postgres.superuser() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))


@pytest.fixture
def registry_env(registry_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The domain's environment: the test's database, an own REGISTRY_HOME with one suppression key, no connection."""
    environment = write_secrets(tmp_path, registry_database.url, registry_database.admin_url)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


def create_database(server: Server, name: str, template: str = "template1") -> Database:
    """A database that only registry_app may enter; rights on a database are not cloned with it."""
    with server.superuser() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        keep_to_login(cursor, name, "registry_app")
    return Database(name, server.url("registry_app", name), server.url(SUPERUSER, name))


def write_secrets(home: Path, url: str, admin_url: str) -> dict[str, str]:
    """An own REGISTRY_HOME with one suppression key and no connection; the environment that names it."""
    folder = private_folder(home / "secrets")
    write_private(folder / "suppression_keys.json", json.dumps({"1": secrets.token_hex(32)}))
    write_private(folder / "connections.json", "{}")
    return {
        "REGISTRY_HOME": str(home),
        "REGISTRY_URL": url,
        "REGISTRY_ADMIN_URL": admin_url,
        "REGISTRY_POLICY": str(SANDBOX_POLICY),
        "REGISTRY_SECRETS": str(folder),
    }


def migrate(environment: dict[str, str]) -> None:
    """Make the schema by the real command."""
    migrated = subprocess.run(
        [sys.executable, "-m", "email_registry.cli", "database", "upgrade"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "plugins"), "REGISTRY_POLICY": str(SANDBOX_POLICY)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if migrated.returncode != 0:
        pytest.fail(f"`registry database upgrade` ended with {migrated.returncode}:\n{migrated.stderr}", pytrace=False)


@pytest.fixture(scope="session")
def first_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox with its first night, made once: it is the same every time, and takes a second."""
    office = Office(tmp_path_factory.mktemp("world"), Path(), {})
    office.create()
    return office.home


@pytest.fixture
def office(registry_env: dict[str, str], first_world: Path) -> Iterator[Office]:
    """A small office with its sandbox served and its registry empty; the first night's drop is there."""
    office = Office(Path(registry_env["REGISTRY_HOME"]), Path(registry_env["REGISTRY_SECRETS"]), registry_env)
    shutil.copytree(first_world, office.home)
    office.serve()
    yield office
    office.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put whole nights first and give long tests more time before they count as hanging.

    Nights take longest, and two workers end together only if these begin early.
    """
    items.sort(key=lambda item: "/flow/" not in str(item.path))
    for item in items:
        is_long = any(item.get_closest_marker(mark) for mark in LONG_MARKS)
        if is_long and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(LONG_TIMEOUT_SECONDS))
