"""One machine's world under one REGISTRY_HOME: databases, sandbox, secrets, and the environment of all programs."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.airflow_env import airflow_environment
from local.cluster_files import LOOPBACK, private_folder, write_private
from local.commands import base_environment, run_module
from local.errors import LocalError
from local.postgres import Postgres, Server
from local.sandbox_process import Sandbox, connections
from local.world_paths import ROOT, Paths

SANDBOX_POLICY = ROOT / "include" / "policy" / "sandbox.yaml"


class World:
    """What `make demo`, `make up` and the tests of whole nights play in."""

    def __init__(self, home: Path, *, fast: bool = False) -> None:
        self.paths = Paths(home)
        self.postgres = Postgres(home, fast=fast)
        self.sandbox = Sandbox(self.paths.sandbox, self.paths.logs / "sandbox.log")

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other `make` commands out of this world. Raises LocalError where one is in it."""
        try:
            make_home(self.paths.home)
            handle = self.paths.lock.open("w")
        except OSError as error:
            raise LocalError(f"{self.paths.home} cannot be written ({error.strerror}): set REGISTRY_HOME") from None
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalError(
                    f"another `make demo`, `up` or `down` is at work in {self.paths.home}: try again when it has ended"
                ) from None
            yield

    def write_secrets(self) -> None:
        """The suppression key, random once and never replaced: with it the promise not to list somebody would go."""
        for folder in (self.paths.secrets, self.paths.airflow, self.paths.logs):
            private_folder(folder)
        if not self.paths.suppression_keys.exists():
            write_private(self.paths.suppression_keys, json.dumps({"1": secrets.token_hex(32)}) + "\n")

    def write_connections(self, endpoints: Mapping[str, Any]) -> None:
        """The sandbox's systems as connections. Raises LocalError rather than replace those of real systems."""
        try:
            before = json.loads(self.paths.connections.read_text())
        except FileNotFoundError:
            before = {}
        except (OSError, ValueError):
            raise LocalError(f"{self.paths.connections} cannot be read: remove it, then try again") from None
        real = [name for name in ("kasvucrm", "webropol") if not _is_loopback(before.get(name, {}).get("host") or "")]
        if real:
            raise LocalError(
                f"{self.paths.connections} names a real system ({real[0]}), which the sandbox would replace: "
                "set REGISTRY_HOME to another folder"
            )
        found = connections(dict(endpoints), private_folder(self.paths.sheets))
        write_private(self.paths.connections, json.dumps(found, indent=2) + "\n")

    def registry_variables(self, server: Server) -> dict[str, str]:
        """All the domain reads. A REGISTRY_URL of the caller's own stays, and brings its own administrator."""
        own = os.environ.get("REGISTRY_URL")
        admin = os.environ.get("REGISTRY_ADMIN_URL") or own if own else server.registry_admin_url
        return {
            "REGISTRY_HOME": str(self.paths.home),
            "REGISTRY_URL": own or server.registry_url,
            "REGISTRY_ADMIN_URL": admin or "",
            "REGISTRY_POLICY": os.environ.get("REGISTRY_POLICY") or str(SANDBOX_POLICY),
            "REGISTRY_SECRETS": str(self.paths.secrets),
        }

    def write_world_env(self, server: Server) -> None:
        """What `./registry` reads where its caller set nothing."""
        lines = [f"{key}={value}\n" for key, value in self.registry_variables(server).items()]
        write_private(self.paths.world_env, "".join(lines))

    def command_environment(self, server: Server) -> dict[str, str]:
        """For the domain's commands."""
        return base_environment() | self.registry_variables(server)

    def airflow_environment(self, server: Server, port: int = 8080) -> dict[str, str]:
        """For Airflow's processes. They never get the administrator's login."""
        environment = self.command_environment(server) | airflow_environment(self.paths, server.airflow_url, port)
        del environment["REGISTRY_ADMIN_URL"]
        return environment

    def upgrade_schema(self, server: Server) -> None:
        """Bring the registry's tables to the newest version. Raises LocalError with the command's own line."""
        run_module(["email_registry.cli", "database", "upgrade"], self.command_environment(server))

    def status(self, server: Server) -> dict[str, Any]:
        """`./registry status --json`."""
        answer = run_module(["email_registry.cli", "status", "--json"], self.command_environment(server))
        found: dict[str, Any] = json.loads(answer)
        return found

    def status_text(self, server: Server, width: int) -> str:
        """`./registry status`, as tables."""
        environment = self.command_environment(server) | {"COLUMNS": str(width)}
        return run_module(["email_registry.cli", "status"], environment).rstrip()

    def stop(self) -> bool:
        """End the sandbox and PostgreSQL. False where neither was running."""
        served = self.sandbox.stop()
        return self.postgres.stop() or served


def make_home(home: Path) -> None:
    """A new home lets others pass through (PostgreSQL's user has to), but not look."""
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o711)


def _is_loopback(address: str) -> bool:
    """Whether a host or URL, if there is one, is on this machine."""
    host = urlsplit(address if "//" in address else f"//{address}").hostname
    return host in (None, LOOPBACK, "localhost")
