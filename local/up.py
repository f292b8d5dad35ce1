"""`make up`: the same world as `make demo`, with the real Airflow and its pages, until `make down`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

from local.airflow_env import airflow_secrets
from local.airflow_setup import USER
from local.cluster_files import LOOPBACK, free_port, port_is_free
from local.commands import find, start_module, stop_tree
from local.console import Show, trouble
from local.demo import Options, parse, prepare
from local.errors import LocalError
from local.postgres import Server
from local.running import Running, is_up, read
from local.world import World
from local.world_paths import ROOT, home_from_environment

FIRST_PORT, PORTS = 8080, 50
HEALTHY_SECONDS = 180
# Logs are read from the folder: serving them would listen on every address (Airflow 3.3.2 binds to "").
PROGRAMS = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}


def bring_up(world: World, options: Options, show: Show) -> Running:
    """Start everything and wait until it is healthy; what was started is stopped again where that fails."""
    if is_up(world.paths) is not None:
        raise LocalError("it is up already: `make down` stops it")
    port = pages_port()
    if port != FIRST_PORT:
        show.say(f"  port {FIRST_PORT} is in use, taking {port}")
    running = Running(port)
    try:
        with show.step("PostgreSQL"):
            server = world.postgres.start()
        world.write_secrets()
        prepare(world, server, options, show, advance=False)
        with show.step("Airflow's tables, and its user admin"):
            _set_up_airflow(world, server, port)
        with show.step("Airflow: api-server, scheduler, dag-processor, triggerer"):
            running = _start(world, server, port)
            _wait_healthy(world, running)
    except BaseException:
        stop_tree(list(running.processes().values()) or list((read(world.paths) or running).processes().values()))
        world.paths.running.unlink(missing_ok=True)
        world.stop()
        raise
    return running


def pages_port() -> int:
    """8080, or the next free one."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        if port_is_free(port):
            return port
    return free_port()


def _set_up_airflow(world: World, server: Server, port: int) -> None:
    log = world.paths.logs / "airflow-setup.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        done = subprocess.run(
            [sys.executable, "-m", "local.airflow_setup"],
            cwd=ROOT,
            env=world.airflow_environment(server, port),
            umask=0o077,
            input=airflow_secrets(world.paths.secrets).admin_password + "\n",
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    if done.returncode != 0:
        raise LocalError(f"Airflow's database cannot be set up: see {log}")


def _start(world: World, server: Server, port: int) -> Running:
    environment = world.airflow_environment(server, port)
    pids: dict[str, int] = {}
    for name, arguments in PROGRAMS.items():
        pids[name] = start_module(["airflow", *arguments], environment, world.paths.logs / f"{name}.log")
        Running(port, pids).write(world.paths)  # one by one: an interruption must find each
    return Running(port, pids)


def _wait_healthy(world: World, running: Running) -> None:
    deadline = time.monotonic() + HEALTHY_SECONDS
    while True:
        ended = [name for name, pid in running.pids.items() if find(pid, "airflow") is None]
        if ended:
            raise LocalError(f"Airflow's {ended[0]} ended: see {world.paths.logs / ended[0]}.log")
        missing = _unhealthy(running.port)
        if not missing:
            return
        if time.monotonic() > deadline:
            raise LocalError(f"Airflow's {missing[0]} does not become healthy: see the logs in {world.paths.logs}")
        time.sleep(0.5)


def _unhealthy(port: int) -> list[str]:
    """The parts of Airflow that do not say `healthy`."""
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/api/v2/monitor/health", timeout=5) as answer:
            health = json.load(answer)
    except (OSError, ValueError, urllib.error.URLError):
        return ["api-server"]
    parts = ("metadatabase", "scheduler", "dag_processor", "triggerer")
    return [part for part in parts if (health.get(part) or {}).get("status") != "healthy"]


def main() -> int:
    options = parse("make up")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    show = Show()
    world = World(home_from_environment())
    try:
        with world.locked():
            running = bring_up(world, options, show)
    except LocalError as error:
        trouble(error)
        return 1
    except KeyboardInterrupt:
        trouble("interrupted; nothing is left running")
        return 130
    number, date, _ = world.sandbox.night()
    show.say(f"\n  Airflow   http://{LOOPBACK}:{running.port}")
    show.say(f"  user      {USER}")
    show.say(f"  password  {airflow_secrets(world.paths.secrets).admin_password}")
    show.say(
        f"\n  The sandbox stands at night {number}, {date}. `make demo` plays the next one here; `make down` stops it."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
