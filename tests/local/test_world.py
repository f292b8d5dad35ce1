"""One machine's world: its secrets, its files, and what its programs are told."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.airflow_env import airflow_environment, airflow_secrets
from local.cluster_files import private_folder
from local.cluster_secrets import LOGINS
from local.commands import base_environment
from local.errors import LocalError
from local.postgres import Server
from local.world import World
from local.world_paths import ROOT, Paths

SFTP = {
    "host": "127.0.0.1",
    "port": 4001,
    "username": "reader",
    "password": "drop-secret",
    "host_key": "ssh-ed25519 AAAA",
    "folder": "/",
}
ENDPOINTS: dict[str, Any] = {
    "kasvucrm": {
        "environment": "http://127.0.0.1:4000/crm",
        "token_url": "http://127.0.0.1:4000/token",
        "client_id": "registry",
        "client_secret": "crm-secret",
        "scope": "http://127.0.0.1:4000/crm/.default",
    },
    "webropol": {"base": "http://127.0.0.1:4000/webropol", "username": "office", "password": "list-secret"},
    "ura": {"folder": "/somewhere/drop", "view_url": None, "sftp": SFTP},
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "home")
    with made.locked():
        made.write_secrets()
    return made


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(5999, tmp_path / "server.log", dict.fromkeys(LOGINS, "word"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.promise("protected")
def test_secrets_are_for_their_owner_alone_and_are_made_once(world: World, server: Server) -> None:
    world.write_connections(ENDPOINTS)
    world.write_world_env(server)
    airflow_environment(world.paths, server.airflow_url)
    before = {path.name: path.read_text() for path in world.paths.secrets.iterdir()}
    assert set(before) == {"suppression_keys.json", "connections.json", "airflow.json"}
    assert mode(world.paths.secrets) == 0o700
    for path in (*world.paths.secrets.iterdir(), world.paths.world_env):
        assert mode(path) == 0o600

    again = World(world.paths.home)
    again.write_secrets()
    assert airflow_secrets(again.paths.secrets) == airflow_secrets(world.paths.secrets)
    assert {path.name: path.read_text() for path in world.paths.secrets.iterdir()} == before


def test_the_suppression_key_is_random_and_never_replaced(tmp_path: Path, world: World) -> None:
    key = json.loads(world.paths.suppression_keys.read_text())["1"]
    assert len(bytes.fromhex(key)) == 32
    world.write_secrets()
    assert json.loads(world.paths.suppression_keys.read_text()) == {"1": key}
    other = World(tmp_path / "other")
    other.write_secrets()
    assert json.loads(other.paths.suppression_keys.read_text()) != {"1": key}


def test_a_new_home_lets_postgresql_pass_and_nobody_look(world: World) -> None:
    assert mode(world.paths.home) == 0o711
    assert mode(world.paths.airflow) == mode(world.paths.logs) == 0o700


def test_the_sandbox_becomes_connections_in_airflow_s_format(world: World) -> None:
    world.write_connections(ENDPOINTS)
    found = json.loads(world.paths.connections.read_text())
    assert set(found) == {"kasvucrm", "kasvucrm_files", "webropol", "webropol_files", "ura_files", "ura_sftp"}
    assert found["webropol_files"]["extra"] == {"folder": str(world.paths.sheets)}
    assert world.paths.sheets.stat().st_mode & 0o777 == 0o700
    assert found["kasvucrm"]["login"] == "registry"
    assert found["kasvucrm"]["extra"]["scope"].endswith("/.default")
    assert found["ura_files"]["extra"] == found["kasvucrm_files"]["extra"] == {"folder": "/somewhere/drop"}
    assert (found["ura_sftp"]["conn_type"], found["ura_sftp"]["port"]) == ("sftp", 4001)
    assert found["ura_sftp"]["extra"] == {"host_key": "ssh-ed25519 AAAA", "folder": "/"}
    viewed = ENDPOINTS | {"ura": ENDPOINTS["ura"] | {"view_url": "postgresql+psycopg2://reader@127.0.0.1/ura"}}
    world.write_connections(viewed)  # its own are replaced: the ports differ each time
    assert "ura_view" in json.loads(world.paths.connections.read_text())


def test_connections_of_real_systems_are_not_replaced(world: World) -> None:
    real = json.dumps({"webropol": {"conn_type": "http", "host": "https://rest.webropolsurveys.com"}})
    world.paths.connections.write_text(real)
    with pytest.raises(LocalError, match=r"names a real system \(webropol\).*REGISTRY_HOME"):
        world.write_connections(ENDPOINTS)
    assert world.paths.connections.read_text() == real


@pytest.mark.parametrize("name", ["connections.json", "airflow.json"])
def test_a_damaged_file_of_secrets_is_said_in_one_line(world: World, name: str) -> None:
    (world.paths.secrets / name).write_text("{")
    with pytest.raises(LocalError, match="cannot be read"):
        world.write_connections(ENDPOINTS) if name == "connections.json" else airflow_secrets(world.paths.secrets)


def test_a_server_of_the_caller_s_own_brings_its_own_administrator(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REGISTRY_URL", raising=False)
    monkeypatch.delenv("REGISTRY_ADMIN_URL", raising=False)
    assert world.registry_variables(server)["REGISTRY_URL"] == server.registry_url
    assert world.registry_variables(server)["REGISTRY_ADMIN_URL"] == server.registry_admin_url
    own = "postgresql+psycopg2://me:word@db.example.fi/registry"
    monkeypatch.setenv("REGISTRY_URL", own)
    assert world.registry_variables(server)["REGISTRY_ADMIN_URL"] == own
    monkeypatch.setenv("REGISTRY_ADMIN_URL", "postgresql+psycopg2://admin@db.example.fi/registry")
    assert (
        world.registry_variables(server)["REGISTRY_ADMIN_URL"] == "postgresql+psycopg2://admin@db.example.fi/registry"
    )
    assert world.airflow_environment(server)["REGISTRY_URL"] == own


def test_airflow_is_told_of_loopback_and_of_no_administrator(
    world: World, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "True")
    monkeypatch.setenv("AIRFLOW__EMAIL__FROM_EMAIL", "somebody")
    environment = world.airflow_environment(server, port=8123)
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW__API__PORT"] == "8123"
    assert environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert "AIRFLOW__EMAIL__FROM_EMAIL" not in environment
    assert "REGISTRY_ADMIN_URL" not in environment
    assert json.loads(environment["AIRFLOW__DATABASE__SQL_ALCHEMY_ENGINE_ARGS"]) == {"hide_parameters": True}
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].startswith("postgresql+psycopg2://airflow:")


def test_loopback_is_never_asked_of_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "intra.example.fi")
    assert base_environment()["no_proxy"] == "intra.example.fi,127.0.0.1,localhost"


def test_two_commands_in_one_world_do_not_meet(world: World) -> None:
    with world.locked():
        command = [sys.executable, "-m", "local.down"]
        environment = base_environment() | {"REGISTRY_HOME": str(world.paths.home)}
        refused = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "is at work in" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_down_with_nothing_running_says_so(tmp_path: Path) -> None:
    environment = base_environment() | {"REGISTRY_HOME": str(tmp_path / "nowhere")}
    done = subprocess.run(
        [sys.executable, "-m", "local.down"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "  nothing is running\n", "")
    assert not (tmp_path / "nowhere").exists()


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    environment = base_environment() | {"REGISTRY_HOME": str(tmp_path / "file" / "home")}
    refused = subprocess.run(
        [sys.executable, "-m", "local.demo"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert "set REGISTRY_HOME" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_private_folders_are_made_private_again(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    assert mode(private_folder(folder)) == 0o700


def test_paths_stand_under_one_home(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    for path in (paths.airflow, paths.sandbox, paths.logs, paths.world_env, paths.running, paths.connections):
        assert path.is_relative_to(tmp_path)
