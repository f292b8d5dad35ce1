"""The sandbox as another program: `python -m sandbox …`, its files, and nothing of its code."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from local.commands import base_environment, find, last_line, run_module, start_module, stop_tree
from local.errors import LocalError
from local.world_paths import ROOT

READY_SECONDS = 30
FAULTS = ROOT / "sandbox" / "faults.yaml"


@dataclass(frozen=True)
class Sandbox:
    """The sandbox of one folder."""

    home: Path
    log: Path

    def exists(self) -> bool:
        """Whether its world was made whole: the sandbox writes night.json last."""
        return (self.home / "night.json").exists()

    def check_fault(self, fault: str | None) -> None:
        """Raise LocalError for a fault that the sandbox does not list, before anything is made for it."""
        known = [entry["id"] for entry in yaml.safe_load(FAULTS.read_text(encoding="utf-8"))]
        if fault is not None and fault not in known:
            raise LocalError(f"there is no fault {fault}; there are: {', '.join(sorted(known))}")

    def create(self, addresses: int, seed: int, ura_url: str, *kind: str) -> None:
        """Make the world and its first night, dated today in Helsinki; `kind`: further options of the command."""
        today = datetime.now(ZoneInfo("Europe/Helsinki")).date()
        self._run("create", "--force", f"--addresses={addresses}", f"--seed={seed}", f"--date={today}",
                  f"--ura-database={ura_url}", *kind)  # fmt: skip

    def advance(self, ura_url: str, fault: str | None = None) -> None:
        """Play the outside world's next night."""
        self._run("advance", f"--ura-database={ura_url}", *([f"--fault={fault}"] if fault else []))

    def night(self) -> tuple[int, date, str | None]:
        """Number, local date and fault of the outside world's night."""
        found = _read(self.home / "night.json")
        if found is None:
            raise LocalError(f"{self.home / 'night.json'} is not there: `make clean` to begin anew")
        return int(found["night"]), date.fromisoformat(found["date"]), found.get("fault")

    def held_lists(self) -> set[str]:
        """The lists that tonight's fault keeps from becoming equal."""
        return set((_read(self.home / "truth" / "held.json") or {}).get("lists_held", ()))

    def lists(self) -> list[dict[str, Any]]:
        """Each list's name, size, and whether it equals the truth: counts only."""
        answer = json.loads(
            run_module(["sandbox", "lists", "--json", f"--home={self.home}"], base_environment(), good=(0, 1))
        )
        return list(answer)

    def endpoints(self) -> dict[str, Any] | None:
        """Where and how to come in, while it is served; else None."""
        found = _read(self.home / "endpoints.json")
        return found if found is not None and find(found.get("pid"), "sandbox") else None

    def serve(self) -> dict[str, Any]:
        """Start serving, or take what is served already. Returns the endpoints when it answers."""
        served = self.endpoints()
        if served is not None:
            return served
        (self.home / "endpoints.json").unlink(missing_ok=True)  # left by a process that was killed
        pid = start_module(["sandbox", "serve", f"--home={self.home}"], base_environment(), self.log)
        deadline = time.monotonic() + READY_SECONDS
        while (served := self.endpoints()) is None:
            if find(pid, "sandbox") is None or time.monotonic() > deadline:
                raise LocalError(f"the sandbox does not start ({last_line(self.log)}): see {self.log}")
            time.sleep(0.05)
        return served

    def stop(self) -> bool:
        """End serving. False where nothing was served."""
        served = self.endpoints()
        process = find(served["pid"], "sandbox") if served else None
        if process is None:
            return False
        stop_tree([process])
        return True

    def _run(self, verb: str, *options: str) -> None:
        run_module(["sandbox", verb, f"--home={self.home}", *options], base_environment())


def connections(endpoints: dict[str, Any], sheets: Path) -> dict[str, Any]:
    """The sandbox's endpoints as connections in Airflow's JSON format; `sheets`: the folder for sheets and exports."""
    crm, webropol, ura = endpoints["kasvucrm"], endpoints["webropol"], endpoints["ura"]
    sftp = ura["sftp"]
    found = {
        "kasvucrm": _connection(
            "http",
            host=crm["environment"],
            login=crm["client_id"],
            password=crm["client_secret"],
            extra={"token_url": crm["token_url"], "scope": crm["scope"]},
        ),
        "webropol": _connection(
            "http", host=webropol["base"], login=webropol["username"], password=webropol["password"]
        ),
        "webropol_files": _connection("fs", extra={"folder": str(sheets)}),
        "ura_files": _connection("fs", extra={"folder": ura["folder"]}),
        "ura_sftp": _connection(
            "sftp",
            host=sftp["host"],
            port=sftp["port"],
            login=sftp["username"],
            password=sftp["password"],
            extra={"host_key": sftp["host_key"], "folder": sftp["folder"]},
        ),
        "kasvucrm_files": _connection("fs", extra={"folder": ura["folder"]}),
    }
    if ura.get("view_url"):
        found["ura_view"] = _connection("generic", extra={"url": ura["view_url"]})
    return found


def _connection(
    conn_type: str,
    host: str = "",
    login: str = "",
    password: str = "",
    extra: dict[str, Any] | None = None,
    port: int | None = None,
) -> dict[str, Any]:
    return {
        "conn_type": conn_type,
        "host": host,
        "port": port,
        "login": login,
        "password": password,
        "schema": "",
        "extra": extra or {},
    }


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise LocalError(f"{path} cannot be read: `make clean` to begin anew") from None
    return found if isinstance(found, dict) else None
