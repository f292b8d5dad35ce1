"""`make down`: stop Airflow, the sandbox and PostgreSQL of this world. With --forget, also what lies outside it."""

from __future__ import annotations

import argparse
import shutil
import sys

from local.commands import stop_tree
from local.console import Show, trouble
from local.errors import LocalError
from local.running import read
from local.unprivileged import elsewhere
from local.world import World
from local.world_paths import home_from_environment


def bring_down(world: World, show: Show) -> bool:
    """Stop what runs, whatever started it. False where nothing did."""
    running = read(world.paths)
    processes = running.processes() if running else {}
    if processes:
        with show.step(f"Airflow: {', '.join(processes)}"):
            stop_tree(list(processes.values()))
    world.paths.running.unlink(missing_ok=True)
    return world.stop() or bool(processes)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make down", description=__doc__)
    parser.add_argument("--forget", action="store_true", help="also remove what was put under /var/tmp")
    options = parser.parse_args()
    world = World(home_from_environment())
    show = Show()
    try:
        if not world.paths.home.exists():
            stopped = False
        else:
            with world.locked():
                stopped = bring_down(world, show)
    except LocalError as error:
        trouble(error)
        return 1
    if options.forget:
        shutil.rmtree(elsewhere(world.paths.home), ignore_errors=True)
    show.say("  stopped" if stopped else "  nothing is running")
    return 0


if __name__ == "__main__":
    sys.exit(main())
