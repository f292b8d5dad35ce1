"""A world of the sandbox for tests: made and played by its own verbs, served by its own process, read by plain HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import requests
from click.testing import CliRunner

from sandbox.cli import main

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20
SNAPSHOT = (
    "statecode eq 0 and donotbulkemail ne true and donotemail ne true and emailaddress1 ne null "
    "and address1_stateorprovince eq 'Pirkanmaa'"
)
LISTS = ("henkiloasiakkaat", "yritysasiakkaat", "kaikki_asiakkaat")


class Done(NamedTuple):
    """How a verb ended, as a shell would see it."""

    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, home: Path) -> Done:
    """Run one verb to its end, in this process: starting Python anew for each takes longer than the verb."""
    result = CliRunner().invoke(main, [*arguments, "--home", str(home)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


class Outside:
    """One world, and clients of its systems while it is served."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server: subprocess.Popen[str] | None = None

    def run(self, *arguments: str) -> str:
        """Run one verb that must succeed; its output."""
        done = run(*arguments, home=self.home)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def serve(self, *options: str) -> None:
        self.server = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "sandbox", "serve", "--home", str(self.home), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        endpoints, deadline = self.home / "endpoints.json", time.monotonic() + SECONDS
        while not endpoints.exists():
            assert self.server.poll() is None, self.server.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self.endpoints: dict[str, Any] = json.loads(endpoints.read_text())
        self.connect()

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve while the block runs, whichever way it ends."""
        self.serve()
        try:
            yield
        finally:
            self.stop()

    def connect(self) -> None:
        """Log in to both systems."""
        self.crm = requests.Session()
        self.crm.headers.update({"Accept": "application/json", "OData-Version": "4.0", "OData-MaxVersion": "4.0"})
        token = self.crm_token()
        assert token.status_code == 200
        self.crm.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        self.webropol = requests.Session()
        answer = self.webropol_token()
        if answer.status_code == 200:
            self.webropol.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """End the server; its exit code, output and errors."""
        assert self.server is not None
        if hasattr(self, "crm"):
            self.crm.close()
            self.webropol.close()
        os.kill(self.server.pid, number)
        output, errors = self.server.communicate(timeout=SECONDS)
        return self.server.returncode, output, errors

    # KasvuCRM --------------------------------------------------------------------------------------

    def crm_token(self, **changes: str) -> requests.Response:
        known = self.endpoints["kasvucrm"]
        form = {
            "grant_type": "client_credentials",
            "client_id": known["client_id"],
            "client_secret": known["client_secret"],
            "scope": known["scope"],
        }
        return requests.post(known["token_url"], data={**form, **changes}, timeout=SECONDS)

    def odata(self, path: str, headers: dict[str, str] | None = None, **options: str) -> requests.Response:
        """GET below the API's root; `select="…"` becomes `$select=…`."""
        params = {f"${name}": value for name, value in options.items()}
        url = f"{self.endpoints['kasvucrm']['environment']}/api/data/v9.2/{path}"
        return self.crm.get(url, params=params, headers=headers, timeout=SECONDS)

    def chain(self, path: str, page_size: int, **options: str) -> list[list[dict[str, Any]]]:
        """All pages of an entity set, following each link verbatim with the same preference."""
        prefer = {"Prefer": f"odata.maxpagesize={page_size}"}
        pages: list[list[dict[str, Any]]] = []
        response = self.odata(path, prefer, **options)
        while True:
            assert response.status_code == 200, response.text
            assert response.headers["Preference-Applied"] == f"odata.maxpagesize={page_size}"
            pages.append(response.json()["value"])
            link = response.json().get("@odata.nextLink")
            if link is None:
                return pages
            response = self.crm.get(link, headers=prefer, timeout=SECONDS)

    # Webropol --------------------------------------------------------------------------------------

    def webropol_token(self, **changes: str) -> requests.Response:
        known = self.endpoints["webropol"]
        form = {"grant_type": "password", "username": known["username"], "password": known["password"]}
        return requests.post(f"{known['base']}/Token", data={**form, **changes}, timeout=SECONDS)

    def api(self, method: str, path: str, **options: Any) -> requests.Response:
        url = f"{self.endpoints['webropol']['base']}/api/v1/{path}"
        return self.webropol.request(method, url, timeout=SECONDS, **options)

    def list_id(self, name: str) -> str:
        return next(found["ListId"] for found in self.api("GET", "lists").json() if found["Name"] == name)

    def members(self, list_id: str) -> dict[str, str]:
        """MemberId -> Email over all pages."""
        found: dict[str, str] = {}
        page = 1
        while True:
            body = self.api("GET", f"lists/{list_id}/members", params={"paging": page}).json()
            found.update((member["MemberId"], member["Email"]) for member in body["Members"])
            if body["Paging"]["IsLastItemFetched"]:
                return found
            page += 1

    def add(self, list_id: str, emails: list[str]) -> list[dict[str, Any]]:
        body = {"Members": [{"Email": email} for email in emails]}
        response = self.api("POST", f"lists/{list_id}/members", json=body)
        assert response.status_code == 200, response.text
        return list(response.json()["Results"])

    def bring_level(self) -> None:
        """Make each list what the truth says, as a registry without a mistake would."""
        for name in LISTS:
            list_id = self.list_id(name)
            members, truth = self.members(list_id), self.truth(name)
            gone = [member_id for member_id, email in members.items() if email not in truth]
            for start in range(0, len(gone), 1000):
                body = {"MemberIds": gone[start : start + 1000]}
                answer = self.api("POST", f"lists/{list_id}/members/removals", json=body)
                assert answer.json()["NotFound"] == 0
            new = sorted(truth - set(members.values()))
            for start in range(0, len(new), 1000):
                self.add(list_id, new[start : start + 1000])

    # Files -----------------------------------------------------------------------------------------

    def truth(self, name: str) -> set[str]:
        return set((self.home / "truth" / f"{name}.txt").read_text(encoding="utf-8").splitlines())

    def json(self, name: str) -> Any:
        return json.loads((self.home / name).read_text())
