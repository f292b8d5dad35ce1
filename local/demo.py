"""`make demo`: one night of the sandbox's world, played through Airflow, and what it did.

Exit codes: 0 the night was played and every list equals the truth; 1 something failed; 3 the night
held: something waits for a person, and the reason and its runbook are shown. (`make` turns any but 0 into 2
and says the number.) Nothing is left running, unless `make up` runs: then its programs are used and stay.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.table import Table

from local.console import Show, trouble
from local.dag_runner_client import Player, Run
from local.errors import LocalError
from local.postgres import Server
from local.running import is_up
from local.world import World
from local.world_paths import home_from_environment

DONE, FAILED, HELD = 0, 1, 3
INTERRUPTED = ("open", "abandoned")  # states of a night in which its process was ended
NIGHT, SYNC, EXPIRE = "nightly_registry", "sync_bulletin_lists", "expire_addresses"


@dataclass(frozen=True)
class Options:
    """The options of the command line. `addresses` and `seed` apply only to a world that does not exist yet."""

    addresses: int = 20_000
    seed: int = 1
    fault: str | None = None


def play_demo(world: World, options: Options, show: Show) -> int:
    """Set up what is missing, play the next night, show it. Returns the exit code; raises LocalError."""
    world.sandbox.check_fault(options.fault)
    up = is_up(world.paths)
    try:
        with show.step("PostgreSQL"):
            server = world.postgres.start()
        world.write_secrets()
        environment = world.airflow_environment(server, up.port if up else 8080)
        with Player(environment, world.paths.airflow / "logs" / "play", how="scheduler" if up else "here") as player:
            prepare(world, server, options, show)
            with show.step("Airflow"):
                player.wait_ready()
            if options.fault and world.sandbox.night()[2] != options.fault:
                _expect_healthy(_play_night(world, player, show))
                _advance(world, server, options.fault, show)
            runs = _play_night(world, player, show)
        return _show_result(world, server, runs, player.log, show)
    finally:
        if not up:
            world.stop()


def prepare(world: World, server: Server, options: Options, show: Show, *, advance: bool = True) -> None:
    """The outside world, served, at a night the registry has not played; and the registry's tables.

    A night that was made and not played, because something went wrong before, is kept for this time.
    """
    fresh = not world.sandbox.exists()
    with ThreadPoolExecutor(max_workers=1) as other:
        schema = other.submit(world.upgrade_schema, server)
        if fresh:
            with show.step(f"sandbox: a world of {options.addresses:,} addresses".replace(",", " ")):
                world.sandbox.create(options.addresses, options.seed, server.ura_url)
        with show.step("sandbox: URA, KasvuCRM and Webropol on loopback"):
            world.write_connections(world.sandbox.serve())
        with show.step("the registry's tables"):
            schema.result()
    world.write_world_env(server)
    last = world.status(server)["night"]
    if fresh and last is not None and os.environ.get("REGISTRY_URL"):
        raise LocalError(
            "the registry at REGISTRY_URL has nights of another world in it, which these would make absent: "
            "give an empty database, or unset REGISTRY_URL"
        )
    date = world.sandbox.night()[1].isoformat()
    if advance and last is not None and last["date"] >= date and last["state"] not in INTERRUPTED:
        _advance(world, server, options.fault, show)


def _advance(world: World, server: Server, fault: str | None, show: Show) -> None:
    with show.step("sandbox: the next night" + (f", with the fault {fault}" if fault else "")):
        world.sandbox.advance(server.ura_url, fault)


def _play_night(world: World, player: Player, show: Show) -> list[Run]:
    """Play the night, then the lists, then the expiry, as the schedules would.

    Each is played even if the one before failed.
    """
    number, date, fault = world.sandbox.night()
    show.say(f"\n[bold]Night {number}, {date}[/]{f' ({fault})' if fault else ''}, through Airflow")
    runs = []
    for dag_id in (NIGHT, SYNC, EXPIRE):
        with show.dag(dag_id) as tasks:
            runs.append(player.play(dag_id, {"date": date.isoformat()}, tasks, after_assets=dag_id == SYNC))
    return runs


def _expect_healthy(runs: list[Run]) -> None:
    failed = [run for run in runs if run.state != "success"]
    if failed:
        raise LocalError(f"the night before the fault did not succeed: {_why(failed[0])}")


def _show_result(world: World, server: Server, runs: list[Run], log: Path, show: Show) -> int:
    show.say("")
    print(world.status_text(server, show.console.width))
    night = world.status(server)["night"]
    runs = [_explained(run, night) if run.dag_id == NIGHT else run for run in runs]
    lists, held_lists = world.sandbox.lists(), world.sandbox.held_lists()
    show.console.print(_truth_table(lists, held_lists))
    unequal = [row["name"] for row in lists if not row["equal"] and row["name"] not in held_lists]
    failed = [run for run in runs if run.state != "success" and not run.held]
    waiting = [run for run in runs if run.held]
    show.say(f"{time.monotonic() - show.began:.0f} s in all; Airflow's log: {log}")
    for run in (*failed, *waiting):
        show.say(f"[{'yellow' if run.held else 'red'}]{run.dag_id}: {_why(run)}[/]")
    if failed or unequal:
        trouble(f"the night failed{': lists differ from the truth: ' + ', '.join(unequal) if unequal else ''}")
        return FAILED
    return HELD if waiting else DONE


def _explained(run: Run, night: dict[str, Any] | None) -> Run:
    """Return the run with the registry's own reason, because tasks under a scheduler fail in other processes."""
    if run.state != "failed" or run.errors or night is None or night["state"] != "held":
        return run
    error = {"task_id": "close_night", "kind": "Held", "exit_code": HELD, "message": night["reason"]}
    return replace(run, errors=[error])


def _why(run: Run) -> str:
    """Return the most useful error: one that says what to do before a fault, and a guard's before its consequences."""
    errors = sorted(run.errors, key=lambda error: (error["message"] is None, error["exit_code"] != HELD))
    if errors and errors[0]["message"]:
        return str(errors[0]["message"])
    if run.state == "waiting":
        tasks = [name for name, task in run.tasks.items() if task["state"] == "awaiting_input"]
        return f"waits for a person at {', '.join(tasks)}: `./registry status` names the plan, or answer in Airflow"
    failed = [name for name, task in run.tasks.items() if task["state"] == "failed"]
    return f"failed at {', '.join(failed) or 'no task'}"


def _truth_table(lists: list[dict[str, Any]], held: set[str]) -> Table:
    """Return the table of lists.

    A list that tonight's fault stops may differ from what a healthy night would have made.
    """
    table = Table(title="Lists at Webropol, against the sandbox's truth", title_justify="left")
    for column, justify in (
        ("list", "left"),
        ("members", "right"),
        ("missing", "right"),
        ("extra", "right"),
        ("equal", "left"),
    ):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    for row in lists:
        counts = (f"{row[key]:,}".replace(",", " ") for key in ("members", "missing", "extra"))
        table.add_row(row["name"], *counts, "yes" if row["equal"] else "held" if row["name"] in held else "NO")
    return table


def parse(program: str, *, faults: bool = False) -> Options:
    """The command line of `make demo` and `make up`."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("--addresses", type=int, default=Options.addresses, help="of a new world (ADDRESSES=…)")
    parser.add_argument("--seed", type=int, default=Options.seed, help="of a new world (SEED=…)")
    if faults:
        parser.add_argument("--fault", help="a fault of sandbox/faults.yaml for tonight (FAULT=…)")
    return Options(**vars(parser.parse_args()))


def main() -> int:
    options = parse("make demo", faults=True)
    # `make` and a closing terminal send SIGTERM or SIGHUP: end as Ctrl-C does, with nothing left running.
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    world = World(home_from_environment())
    try:
        with world.locked():
            return play_demo(world, options, Show())
    except LocalError as error:
        trouble(error)
        return FAILED
    except KeyboardInterrupt:
        trouble("interrupted; nothing is left running, and the next `make demo` goes on from here")
        return 130


if __name__ == "__main__":
    sys.exit(main())
