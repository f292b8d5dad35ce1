"""Nights with a fault: each begins after the same healthy first night, played once for all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from psycopg2 import sql

from email_registry.boundaries.database import engine
from local.postgres import Server
from tests.conftest import SANDBOX_POLICY, Database, create_database, write_secrets
from tests.faults.nights import Nights
from tests.offices import Office

# Faults that never answer are waited for a second, not for minutes: the bounds are policy.
HASTY = {"connect_seconds": 1, "read_seconds": 1, "request_seconds": 3, "attempts": 3, "longest_wait_seconds": 2}


@dataclass(frozen=True)
class FirstNight:
    """A world and its registry after one healthy night: a folder and a database, to be copied."""

    folder: Path
    database: str


@pytest.fixture(scope="session")
def first_night(postgres: Server, migrated_template: str, tmp_path_factory: pytest.TempPathFactory) -> FirstNight:
    """Played once: the lists are equal to the registry."""
    folder = tmp_path_factory.mktemp("first")
    database = create_database(postgres, "registry_first_night", template=migrated_template)
    with healthy_night(folder, database) as office:
        office.create()
    return FirstNight(folder, database.name)


@pytest.fixture(scope="session")
def second_night(first_night: FirstNight, postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> FirstNight:
    """And another healthy one, on which somebody unsubscribed."""
    folder = tmp_path_factory.mktemp("second")
    shutil.copytree(first_night.folder, folder, dirs_exist_ok=True)
    database = create_database(postgres, "registry_second_night", template=first_night.database)
    with healthy_night(folder, database) as office:
        office.advance()
    return FirstNight(folder, database.name)


@contextmanager
def healthy_night(folder: Path, database: Database) -> Iterator[Office]:
    """What the block makes of the world is played by a night on which all is well."""
    with pytest.MonkeyPatch.context() as patch:
        environment = write_secrets(folder, database.url, database.admin_url)
        for name, value in environment.items():
            patch.setenv(name, value)
        (folder / "sandbox" / "endpoints.json").unlink(missing_ok=True)
        office = Office(folder, folder / "secrets", environment)
        yield office
        office.serve()
        Nights(office).healthy()
        office.stop()
        engine().dispose()  # a database that is copied must be nobody's


@pytest.fixture
def nights(
    request: pytest.FixtureRequest, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Nights]:
    """A copy of the world after its first night, or as the marker `after` says, served, with a registry of its own."""
    marker = request.node.get_closest_marker("after")
    before: FirstNight = request.getfixturevalue(marker.args[0] if marker else "first_night")
    shutil.copytree(before.folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "sandbox" / "endpoints.json").unlink(missing_ok=True)
    database = create_database(postgres, f"registry_{secrets.token_hex(6)}", template=before.database)
    policy = tmp_path / "policy.yaml"
    policy.write_text(yaml.safe_dump({"extends": str(SANDBOX_POLICY), "http": HASTY}), encoding="utf-8")
    environment = {
        "REGISTRY_HOME": str(tmp_path),
        "REGISTRY_URL": database.url,
        "REGISTRY_ADMIN_URL": database.admin_url,
        "REGISTRY_POLICY": str(policy),
        "REGISTRY_SECRETS": str(tmp_path / "secrets"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    office = Office(tmp_path, tmp_path / "secrets", environment)
    office.serve()
    yield Nights(office)
    office.stop()
    with postgres.superuser() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database.name)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long ones, with a command of their own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("faults")
