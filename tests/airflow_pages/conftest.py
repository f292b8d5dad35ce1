"""A real Airflow api-server with FAB's sign-in, on databases of its own."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
import requests

from local.airflow_env import airflow_environment, airflow_secrets
from local.cluster_files import free_port, private_folder
from local.commands import base_environment, stop_tree
from local.postgres import Server
from local.world_paths import ROOT, Paths
from tests.conftest import create_database, write_secrets

if TYPE_CHECKING:
    from tests.airflow_pages.rights_office import RightsOffice

USERS = {
    "auditor": "Auditor",
    "officer": "Communications",
    "visitor": "Public",
    "operator": "Op",
    "vastaava@toimisto": "Data Protection",
}
SECONDS = 120


@dataclass(frozen=True)
class Airflow:
    """Where it is, its REGISTRY_HOME, a token and a password for each user, and the registry that its pages read."""

    url: str
    home: Path
    tokens: dict[str, str] = field(repr=False)
    admin_url: str = field(default="", repr=False)
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    variables: dict[str, str] = field(default_factory=dict, repr=False)

    def get(self, path: str, user: str | None = None) -> requests.Response:
        """GET exactly this path, dots and all."""
        return self._send(requests.Request("GET", self.url), path, user)

    def post(
        self, path: str, user: str | None, form: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """POST a form."""
        return self._send(requests.Request("POST", self.url, data=form, headers=dict(headers or {})), path, user)

    def _send(self, request: requests.Request, path: str, user: str | None) -> requests.Response:
        if user:
            request.headers["Authorization"] = f"Bearer {self.tokens[user]}"
        prepared = request.prepare()
        prepared.url = self.url + path
        with requests.Session() as session:
            session.trust_env = False
            return session.send(prepared, timeout=30, allow_redirects=False)


@pytest.fixture(scope="session")
def airflow_pages(
    postgres: Server, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Airflow]:
    """Started once; ends with the session."""
    with served(postgres, migrated_template, tmp_path_factory.mktemp("pages"), "pages") as airflow:
        yield airflow


@contextmanager
def served(postgres: Server, template: str, home: Path, name: str) -> Iterator[Airflow]:
    """An api-server, with two databases of that name and the domain's environment in `home`."""
    paths = Paths(home)
    private_folder(paths.airflow)
    with postgres.superuser() as cursor:
        cursor.execute(f"CREATE DATABASE airflow_{name} OWNER airflow")
    port = free_port()
    environment = base_environment() | airflow_environment(paths, postgres.url("airflow", f"airflow_{name}"), port)
    registry = create_database(postgres, f"registry_{name}", template=template)
    variables = write_secrets(paths.home, registry.url, registry.admin_url)
    environment |= variables
    password = airflow_secrets(paths.secrets).admin_password
    subprocess.run(
        [sys.executable, "-m", "local.airflow_setup"],
        cwd=ROOT, env=environment, input=password + "\n", text=True, capture_output=True, check=True, timeout=SECONDS,
    )  # fmt: skip
    log = paths.home / "api-server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "airflow", "api-server", "--apps", "core"],
            cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, server, log)
        passwords = {name: secrets.token_urlsafe(12) for name in USERS} | {"admin": password}
        yield Airflow(url, paths.home, _sign_in(url, passwords), registry.admin_url, passwords, variables)
    finally:
        stop_tree([psutil.Process(server.pid)])
        server.wait(30)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            if requests.get(f"{url}/api/v2/version", timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail("the api-server did not start:\n" + log.read_text()[-3000:], pytrace=False)
        time.sleep(0.2)


def _sign_in(url: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """A token for admin and for each of USERS, who are made by Airflow's own API."""
    tokens = {"admin": _token(url, "admin", passwords["admin"])}
    for name, role in USERS.items():
        made = requests.post(
            f"{url}/auth/fab/v1/users",
            headers={"Authorization": f"Bearer {tokens['admin']}"},
            json={
                "username": name,
                "password": passwords[name],
                "email": f"{name.replace('@', '.')}@localhost",
                "first_name": name,
                "last_name": "Test",
                "roles": [{"name": role}],
            },
            timeout=30,
        )
        made.raise_for_status()
        tokens[name] = _token(url, name, passwords[name])
    return tokens


def _token(url: str, name: str, password: str) -> str:
    answer = requests.post(f"{url}/auth/token", json={"username": name, "password": password}, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


@pytest.fixture(scope="session")
def rights_office(
    postgres: Server, migrated_template: str, first_world: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RightsOffice]:
    """Pages of their own on a registry whose lists are equal; started once."""
    from tests.airflow_pages.rights_office import level

    with (
        served(postgres, migrated_template, tmp_path_factory.mktemp("rights"), "rights") as pages,
        level(pages, first_world) as office,
    ):
        yield office
