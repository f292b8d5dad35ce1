"""A world of the rig's own: a sandbox that is served, a registry in a database of its own, and their environment."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from psycopg2 import sql

from chaos.registry import Registry
from chaos.webropol import BulletinList
from local.cluster_files import private_folder, write_private
from local.cluster_secrets import SUPERUSER
from local.postgres import Server, keep_to_login
from local.world_paths import ROOT
from sandbox.targets import LIST_IDS

POLICY = ROOT / "include" / "policy" / "sandbox.yaml"
TEMPLATE = "chaos_template"
COMMAND_SECONDS = 120
# Two lists without people in common, so that each can be judged by itself.
TARGETS = {"henkiloasiakkaat": "person", "yritysasiakkaat": "company"}
FIRST_NIGHT = {"min": 0, "max": 100_000}
# Above these numbers a person is asked. Few nights bring so many.
REMOVALS, ADDITIONS = 40, 75


class RigFailed(Exception):
    """The rig itself failed, and nothing is known about the product."""


@dataclass(frozen=True)
class Conditions:
    """How the server treats the client, and what the client assumes about it."""

    late_seconds: float = 2.0
    lost_replies: float = 0.2
    longest_request_seconds: float = 5.0
    batch: int = 20
    slack_seconds: float = 1.5  # how much later a request may be on a busy machine

    @property
    def on_its_way(self) -> float:
        """How many seconds after it was sent a request may be applied."""
        return self.late_seconds + self.slack_seconds


@dataclass(frozen=True)
class Place:
    """One list of a world for one variant, where its nights are played."""

    target: str
    folder: Path
    environment: Mapping[str, str]
    list: BulletinList
    registry: Registry


class World:
    """One sandbox. Its lists and its registry are new for each variant."""

    def __init__(self, server: Server, folder: Path, conditions: Conditions) -> None:
        self._server, self._conditions = server, conditions
        self._folder = private_folder(folder)
        self._home = self._folder / "sandbox"
        self._served: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Create the sandbox and serve it."""
        _run("sandbox", "create", "--addresses", "20", "--home", str(self._home))
        late, share = self._conditions.late_seconds, self._conditions.lost_replies
        options = ["--late-seconds", str(late), "--lose-replies", str(share)]
        command = [sys.executable, "-m", "sandbox", "serve", "--home", str(self._home), "--keep-doubles", *options]
        self._served = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        endpoints, deadline = self._home / "endpoints.json", time.monotonic() + COMMAND_SECONDS
        while not endpoints.exists():
            if self._served.poll() is not None or time.monotonic() > deadline:
                raise RigFailed(f"the sandbox in {self._home} does not start: try `{' '.join(command[1:])}`")
            time.sleep(0.05)

    def stop(self) -> None:
        if self._served is not None:
            self._served.kill()
            self._served.wait(COMMAND_SECONDS)

    @contextmanager
    def places(self) -> Iterator[list[Place]]:
        """Yield the lists with an empty registry, which is dropped afterwards."""
        name = f"chaos_{secrets.token_hex(6)}"
        create_database(self._server, name, TEMPLATE)
        environment = self._environment(name)
        url = self._server.url(SUPERUSER, name).replace("+psycopg2", "")
        try:
            yield [
                Place(
                    target,
                    private_folder(self._folder / name / target),
                    environment,
                    BulletinList(self._home / "world.sqlite", LIST_IDS[target]),
                    Registry(url, audience),
                )
                for target, audience in TARGETS.items()
            ]
        finally:
            with self._server.superuser() as cursor:
                cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _environment(self, database: str) -> dict[str, str]:
        folder = private_folder(self._folder / database)
        webropol = json.loads((self._home / "endpoints.json").read_text())["webropol"]
        access = {
            "conn_type": "http",
            "host": webropol["base"],
            "login": webropol["username"],
            "password": webropol["password"],
        }
        return write_environment(self._server, folder, database, {"webropol": access}, policy(self._conditions))


def policy(conditions: Conditions) -> dict[str, Any]:
    """Return the sandbox's policy with small batches, short waits, and low limits above which a person is asked."""
    return {
        "extends": str(POLICY),
        "http": {"connect_seconds": 3, "read_seconds": 8, "request_seconds": 10, "longest_wait_seconds": 2},
        "webropol": {"longest_request_seconds": conditions.longest_request_seconds},
        "sync": {
            "batch_size": conditions.batch,
            "removals": {"share": 0.01, "floor": REMOVALS, "first_night": FIRST_NIGHT},
            "additions": {"share": 0.01, "floor": ADDITIONS, "first_night": FIRST_NIGHT},
        },
    }


def write_environment(
    server: Server, folder: Path, database: str, connections: Mapping[str, Any], rules: Mapping[str, Any]
) -> dict[str, str]:
    """Write the domain's secrets, connections and policy into `folder`, and return its environment variables."""
    secrets_folder = private_folder(folder / "secrets")
    write_private(secrets_folder / "connections.json", json.dumps(connections))
    write_private(secrets_folder / "suppression_keys.json", json.dumps({"1": secrets.token_hex(32)}))
    (folder / "policy.yaml").write_text(yaml.safe_dump(dict(rules)), encoding="utf-8")
    return {
        "REGISTRY_HOME": str(folder),
        "REGISTRY_URL": server.url("registry_app", database),
        "REGISTRY_ADMIN_URL": server.url(SUPERUSER, database),
        "REGISTRY_POLICY": str(folder / "policy.yaml"),
        "REGISTRY_SECRETS": str(secrets_folder),
    }


def make_template(server: Server, folder: Path, conditions: Conditions) -> None:
    """Make a migrated and empty registry with the real command."""
    create_database(server, TEMPLATE, "template1")
    environment = write_environment(server, private_folder(folder), TEMPLATE, {}, policy(conditions))
    _run("email_registry.cli", "database", "upgrade", environment=environment)


def create_database(server: Server, name: str, template: str) -> None:
    """Create a database that registry_app and the superuser may use."""
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with server.superuser() as cursor:
        cursor.execute(statement)
        keep_to_login(cursor, name, "registry_app")


def _run(module: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
    path = os.pathsep.join((str(ROOT), str(ROOT / "plugins")))
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
    )
    if done.returncode != 0:
        message = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise RigFailed(f"`python -m {module} {arguments[0]}` ended with {done.returncode}: {message}")
