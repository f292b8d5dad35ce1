"""A small office for a test: a sandbox of its own, served, and the connections to it."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from sandbox import cli as sandbox_cli

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 30

# Each sandbox is a process of its own, forked from one that has imported the web framework already: half a second less.
_servers = multiprocessing.get_context("forkserver")
_servers.set_forkserver_preload(["sandbox.serving", "tests.offices"])


def _serve(home: str) -> None:
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sandbox_cli.main(["serve", "--home", home])


class Office:
    """The outside world of one test. What it knows of addresses it gives as sets, for comparing, never for printing."""

    def __init__(self, home: Path, secrets: Path, environment: Mapping[str, str]) -> None:
        self.home = home / "sandbox"
        self._secrets = secrets
        self.environment = {
            **os.environ,
            **environment,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "plugins"))),
        }
        self._server: multiprocessing.process.BaseProcess | None = None

    @property
    def sheets(self) -> Path:
        """Where sheets are put for a person, and exports for us."""
        return self.home.parent / "webropol"

    # The world ------------------------------------------------------------------------------------

    def create(self, *options: str, addresses: int = 400, seed: int = 7, date: str = "2026-11-23") -> None:
        """The world's first night; `options` go to the command, a fault for example."""
        self._sandbox("create", "--seed", str(seed), "--addresses", str(addresses), "--date", date, *options)

    def advance(self, *options: str) -> str:
        """The next night. Returns its date."""
        self._sandbox("advance", *options)
        return self.date

    def heal(self) -> None:
        """The same night once more, without its fault."""
        self._sandbox("heal")

    @property
    def date(self) -> str:
        return str(json.loads((self.home / "night.json").read_text())["date"])

    def serve(self) -> None:
        """KasvuCRM and Webropol on a port of their own; connections.json tells the domain where."""
        self._server = _servers.Process(target=_serve, args=(str(self.home),), daemon=True)
        self._server.start()
        file, deadline = self.home / "endpoints.json", time.monotonic() + SECONDS
        while not file.exists():
            if not self._server.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the sandbox did not start")
            time.sleep(0.05)
        self.endpoints = json.loads(file.read_text())
        self.connect()

    def connect(self, **changes: Any) -> None:
        """Write connections.json; `changes` replace whole connections."""
        crm, webropol, ura = self.endpoints["kasvucrm"], self.endpoints["webropol"], self.endpoints["ura"]
        sftp = ura["sftp"]
        connections = {
            "ura_files": {"conn_type": "fs", "extra": {"folder": ura["folder"]}},
            "ura_sftp": {
                "conn_type": "sftp",
                "host": sftp["host"],
                "port": sftp["port"],
                "login": sftp["username"],
                "password": sftp["password"],
                "extra": {"host_key": sftp["host_key"], "folder": sftp["folder"]},
            },
            "ura_view": {"conn_type": "generic", "extra": {"url": ura["view_url"]}},
            "kasvucrm_files": {"conn_type": "fs", "extra": {"folder": ura["folder"]}},
            "webropol_files": {"conn_type": "fs", "extra": {"folder": str(self.sheets)}},
            "kasvucrm": {
                "conn_type": "http",
                "host": crm["environment"],
                "login": crm["client_id"],
                "password": crm["client_secret"],
                "extra": {"token_url": crm["token_url"], "scope": crm["scope"]},
            },
            "webropol": {
                "conn_type": "http",
                "host": webropol["base"],
                "login": webropol["username"],
                "password": webropol["password"],
            },
        }
        file = self._secrets / "connections.json"
        file.write_text(json.dumps(connections | changes))
        file.chmod(0o600)

    def by_tls(self) -> dict[str, Any]:
        """KasvuCRM's connection over TLS, by the sandbox's own authority."""
        crm = self.endpoints["kasvucrm"]
        return {
            "conn_type": "http",
            "host": crm["tls_environment"],
            "login": crm["client_id"],
            "password": crm["client_secret"],
            "extra": {
                "token_url": crm["tls_token_url"],
                "scope": crm["tls_scope"],
                "ca_file": self.endpoints["ca_file"],
            },
        }

    def stop(self) -> None:
        """End the server at once: that it ends in order when asked is tested where its commands are."""
        if self._server is not None:
            self._server.kill()
            self._server.join(SECONDS)

    # The truth, and the lists ---------------------------------------------------------------------

    @property
    def targets(self) -> list[str]:
        return sorted(file.stem for file in (self.home / "truth").glob("*.txt"))

    def truth(self, target: str) -> set[str]:
        """Who should be listed."""
        return set((self.home / "truth" / f"{target}.txt").read_text(encoding="utf-8").split())

    def members(self, target: str) -> dict[str, str]:
        """Who is listed, as a client of ours never read it: member id -> address."""
        found: dict[str, str] = {}
        number, last = 1, False
        while not last:
            page = self.webropol("GET", f"/lists/{self.list_id(target)}/members", params={"paging": number})
            found |= {member["MemberId"]: member["Email"] for member in page["Members"]}
            number, last = number + 1, page["Paging"]["IsLastItemFetched"]
        return found

    def list_id(self, target: str) -> str:
        return next(row["ListId"] for row in self.webropol("GET", "/lists") if row["Name"] == target)

    def webropol(self, method: str, path: str, **options: Any) -> Any:
        """A request of somebody else's to Webropol: a colleague who edits a list by hand."""
        access = self.endpoints["webropol"]
        token = requests.post(
            f"{access['base']}/Token",
            data={"grant_type": "password", "username": access["username"], "password": access["password"]},
            timeout=SECONDS,
        ).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.request(method, f"{access['base']}/api/v1{path}", headers=headers, timeout=SECONDS, **options)
        answer.raise_for_status()
        return answer.json()

    def differences(self) -> dict[str, tuple[int, int]]:
        """Target -> how many are missing and how many are too many; only targets that differ."""
        found = {}
        for target in self.targets:
            members = list(self.members(target).values())
            missing, extra = self.truth(target) - set(members), len(members) - len(self.truth(target) & set(members))
            if missing or extra:
                found[target] = (len(missing), extra)
        return found

    # The commands -----------------------------------------------------------------------------------

    def registry(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `./registry` as a person would, from its module."""
        return subprocess.run(
            [sys.executable, "-m", "email_registry.cli", *arguments],
            cwd=ROOT,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def _sandbox(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "sandbox", *arguments, "--home", str(self.home)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=120,
        )
