"""`make second-office`: set up another office, from its answers to its first verified night.

Its lists were kept by hand for years, and people left them of whom Webropol's Do-Not-Contact list alone tells. Every
step is a command that a real office gives as well, and each is shown; what a person does at Webropol the sandbox does.
The world is made anew in var/second-office, or the folder that REGISTRY_HOME names, and nothing of it is left running.

Exit codes: 0 every list equals the truth and nobody was put back; 1 something failed.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cluster_files import private_folder, write_private
from local.commands import base_environment, run_module
from local.console import Show, trouble
from local.errors import LocalError
from local.postgres import Server
from local.world import World
from local.world_paths import ROOT

OFFICE = "osterbotten"
ANSWERS = ROOT / "include" / "policy" / "answers.example.yaml"
BY_SHEETS = "foretagskunder"
LISTS = ("personkunder", BY_SHEETS, "alla_kunder")
OBSERVED = 2  # nights, as its policy wants
WHY = "every step was passed"


@dataclass(frozen=True)
class Options:
    """How large the world is, and how many people left it in the manual years."""

    addresses: int = 22_000
    left: int = 500
    seed: int = 1


class SecondOffice:
    """The steps, in their order. A test may look at the world between two of them."""

    def __init__(self, world: World, show: Show, options: Options) -> None:
        self.world, self.show, self.options = world, show, options
        self.policy = world.paths.home / f"{OFFICE}.yaml"
        self._variables: dict[str, str] = {}

    def begin(self) -> None:
        """Serve its systems and make its empty database."""
        with self.show.step("PostgreSQL"):
            server = self.world.postgres.start()
        with self.show.step(f"{OFFICE}: {self.options.addresses} addresses, {self.options.left} left in manual years"):
            kind = ["--office", OFFICE, "--manual-years", str(self.options.left)]
            self.world.sandbox.create(self.options.addresses, self.options.seed, server.ura_url, *kind)
        with self.show.step("its systems on loopback"):
            self.world.sandbox.serve()
        self._variables = _variables(self.world, server, self.policy)
        for folder in (self.world.paths.secrets, self.world.paths.sheets, self.world.paths.sheets / "unsubscribes"):
            private_folder(folder)

    def write_policy(self) -> None:
        """Run `init` with answers, fill in the connections, make a key, and put Webropol's template in its folder."""
        done = json.loads(self.registry("init", "--from", str(ANSWERS), "--out", str(self.policy), "--json"))
        self._tell("\n".join(done["next"]))
        self.world.write_secrets()
        filled_in = connections(self.world.sandbox.serve(), self.world.paths.sheets)
        if filled_in.keys() != done["connections"].keys():
            raise LocalError("the skeleton of connections.json names others than this office has")
        write_private(self.world.paths.connections, json.dumps(filled_in, indent=2) + "\n")
        self._sandbox("template", str(self.world.paths.sheets / "mottagare.xlsx"), "--office", OFFICE, home=False)
        self.registry("database", "upgrade")

    def see_that_all_is_well(self) -> None:
        """Run the doctor, which must find nothing."""
        self.registry("doctor")

    def observe(self) -> None:
        """Play the nights that the policy wants: no list is changed, and the list of staff is made equal."""
        for number in range(OBSERVED):
            self.night(advance=number > 0)
            self.registry("list", "pilot", *self._on)

    def adopt(self) -> None:
        """Adopt each list as people kept it, and learn who had left."""
        for name in LISTS:
            if name == BY_SHEETS:
                self._export()
            self.registry("list", "adopt", name, *self._on)
        self._sandbox("do-not-contact", str(self.world.paths.sheets / "unsubscribes" / "do-not-contact.xlsx"))
        self.registry("list", "read-unsubscribes", *self._on)

    def go_live(self) -> None:
        """Let a person put each list live, once its checklist is complete."""
        for name in LISTS:
            self.registry("list", "go-live", name, "--why", WHY)

    def deliver(self) -> None:
        """Play the first night that changes lists. A person imports the sheets of the list that is kept by sheets."""
        self.night()
        folder = self.world.paths.sheets / BY_SHEETS
        for sheet in (*sorted(folder.glob("removals-*")), *sorted(folder.glob("recipients-*"))):
            removals = ["--removals"] if sheet.name.startswith("removals") else []
            self._sandbox("import", BY_SHEETS, str(sheet), *removals)
        self.registry("list", "imported", BY_SHEETS)
        self._export()
        self.registry("sync", "--target", BY_SHEETS, *self._on)
        self.registry("status")

    def night(self, *, advance: bool = True) -> None:
        """Play the sources' next night: load it, and then sync every list."""
        if advance:
            self._sandbox("advance")
        self.registry("night", *self._on)
        self.registry("list", "read-unsubscribes", *self._on)
        self._export()
        self.registry("sync", *self._on)

    def registry(self, *arguments: str) -> str:
        """Run a command of `./registry`, show its output and return it. LocalError when it fails."""
        began = time.monotonic()
        self.show.say(f"\n[bold]$ ./registry {shlex.join(arguments)}[/]")
        done = subprocess.run(
            [sys.executable, "-m", "email_registry.cli", *arguments],
            cwd=ROOT,
            env=self._variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            umask=0o077,
        )
        if "--json" not in arguments:
            self._tell(done.stdout.rstrip())
        self.show.say(f"[dim]{time.monotonic() - began:.1f} s[/]")
        if done.returncode:
            raise LocalError(
                f"it ended with {done.returncode}: {(done.stderr.splitlines() or ['nothing was said'])[-1]}"
            )
        return done.stdout

    def _export(self) -> None:
        folder = private_folder(self.world.paths.sheets / BY_SHEETS / "in")
        self._sandbox("export", BY_SHEETS, str(folder / "mottagare.xlsx"))

    def _sandbox(self, verb: str, *arguments: str, home: bool = True) -> None:
        options = [f"--home={self.world.sandbox.home}"] if home else []
        output = run_module(["sandbox", verb, *arguments, *options], base_environment())
        self.show.say(f"[dim]at Webropol and in the sources: {verb}: {output.strip()}[/]")

    def _tell(self, text: str) -> None:
        self.show.console.print(text, markup=False)

    @property
    def _on(self) -> list[str]:
        return ["--date", self.world.sandbox.night()[1].isoformat()]


def connections(endpoints: Mapping[str, Any], sheets: Path) -> dict[str, Any]:
    """Return the connections, by the ids of its policy."""
    crm, webropol, register = endpoints["kasvucrm"], endpoints["webropol"], endpoints["ura"]
    sftp = register["sftp"]
    return {
        "kundregister_sftp": {
            "conn_type": "sftp",
            "host": sftp["host"],
            "port": sftp["port"],
            "login": sftp["username"],
            "password": sftp["password"],
            "extra": {"host_key": sftp["host_key"], "folder": sftp["folder"]},
        },
        "kundregister_vy": {"conn_type": "generic", "extra": {"url": register["view_url"]}},
        "kundregister_mapp": {"conn_type": "fs", "extra": {"folder": register["folder"]}},
        "kundvard": {
            "conn_type": "http",
            "host": crm["environment"],
            "login": crm["client_id"],
            "password": crm["client_secret"],
            "extra": {"token_url": crm["token_url"], "scope": crm["scope"]},
        },
        "utskick": {
            "conn_type": "http",
            "host": webropol["base"],
            "login": webropol["username"],
            "password": webropol["password"],
        },
        "utskick_mapp": {"conn_type": "fs", "extra": {"folder": str(sheets)}},
    }


def play(office: SecondOffice) -> int:
    """Play all steps. Returns the exit code."""
    try:
        office.begin()
        for step in (
            office.write_policy,
            office.see_that_all_is_well,
            office.observe,
            office.adopt,
            office.go_live,
            office.deliver,
        ):
            step()
        unequal = [row["name"] for row in office.world.sandbox.lists() if not row["equal"]]
    finally:
        office.world.stop()
    if unequal:
        trouble(f"lists differ from the truth: {', '.join(unequal)}")
        return 1
    seconds = time.monotonic() - office.show.began
    office.show.say(f"\nEvery list is as it should be, and nobody who had left was put back. {seconds:.0f} s in all")
    return 0


def home() -> Path:
    """Return a folder of its own, because this world is deleted each time."""
    named = os.environ.get("REGISTRY_HOME")
    return (Path(named).expanduser().resolve() if named else ROOT / "var") / "second-office"


def _variables(world: World, server: Server, policy: Path) -> dict[str, str]:
    """Return variables without the caller's own, because an exercise must not use a real database or policy."""
    return base_environment() | {
        "REGISTRY_HOME": str(world.paths.home),
        "REGISTRY_URL": server.registry_url,
        "REGISTRY_ADMIN_URL": server.registry_admin_url,
        "REGISTRY_POLICY": str(policy),
        "REGISTRY_SECRETS": str(world.paths.secrets),
        "COLUMNS": "120",
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="make second-office")
    parser.add_argument("--addresses", type=int, default=Options.addresses, help="of its world (ADDRESSES=…)")
    parser.add_argument("--seed", type=int, default=Options.seed, help="of its world (SEED=…)")
    parser.add_argument("--left", type=int, default=Options.left, help="people who left in the manual years")
    options = Options(**vars(parser.parse_args()))
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    world = World(home())
    try:
        with world.locked():
            begin_anew(world)
            return play(SecondOffice(world, Show(), options))
    except LocalError as error:
        trouble(error)
        return 1
    except KeyboardInterrupt:
        trouble("interrupted; nothing is left running, and the next `make second-office` begins anew")
        return 130


def begin_anew(world: World) -> None:
    """Delete what an earlier run left, except the lock."""
    world.stop()
    for path in world.paths.home.iterdir():
        if path != world.paths.lock:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    sys.exit(main())
