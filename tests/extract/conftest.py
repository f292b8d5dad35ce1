"""One world for all ways in, and connections to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.postgres import Server
from tests.extract.ways import DAY, FILE, connections_of, files_in, overlay
from tests.offices import Office


@pytest.fixture(scope="module")
def world(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One world for all: its files, its view and its KasvuCRM show the same night."""
    folder = tmp_path_factory.mktemp("ways")
    office = Office(folder, folder, {})
    office.create("--ura-database", postgres.ura_url)
    office.serve()
    with postgres.superuser() as cursor:
        # A broken view puts a value into its own server's log, which is not ours. Here the two share a server, whose
        # log other tests search for addresses.
        cursor.execute("ALTER ROLE ura_reader SET log_min_messages = 'panic'")
    yield office
    office.stop()


@pytest.fixture
def drop(world: Office, tmp_path: Path) -> Path:
    """Tonight's drop of persons in a folder of this test's own."""
    folder = tmp_path / "drop"
    folder.mkdir()
    name = f"{FILE}_{DAY.isoformat()}.csv"
    for suffix in ("", ".done"):
        (folder / (name + suffix)).write_bytes((world.home / "drop" / (name + suffix)).read_bytes())
    return folder / name


@pytest.fixture
def admin_url(
    world: Office, drop: Path, registry_env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The registry's database; the connections lead to the world, and to this test's own drop."""
    overlay(tmp_path, monkeypatch)  # these tests write markers of their own, without the counts of regions
    endpoints = connections_of(world)
    (tmp_path / "secrets" / "connections.json").write_text(json.dumps(endpoints | files_in(drop.parent)))
    return registry_env["REGISTRY_ADMIN_URL"]


@pytest.fixture
def by_view(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    overlay(tmp_path, monkeypatch, way="view")
