"""A process that forks one client after the other: what they import is imported once. python -m chaos.forkserver

Reads an order a line, answers a line: how it ended. `ForkServer` is its other end.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from local.world_paths import ROOT

LONGEST_RUN = 120.0  # a sync that takes longer hangs
START_SECONDS = 120.0
# What a sync imports on its way. Forked with them it comes to its first read in a quarter of a second, not in two.
EARLY = ("pandas", "pyarrow.compute", "chaos.driver", "requests", "psycopg2", "orjson")


@dataclass(frozen=True)
class End:
    """`killed`: on purpose. `code`: its exit code, where it ended by itself; None where it hung."""

    killed: bool
    code: int | None
    seconds: float


class ForkServerFailed(Exception):
    """The fork_server itself has ended."""


class ForkServer:
    """The rig's end. One order at a time."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "plugins")))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chaos.forkserver"], cwd=ROOT, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def send(self, order: dict[str, Any]) -> End:
        """Have it carried out, and wait for its end."""
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None:
            raise ForkServerFailed("it has no pipes")
        try:
            into.write(json.dumps(order) + "\n")
            into.flush()
        except BrokenPipeError:
            raise ForkServerFailed("the process that forks the clients has ended: see what it said above") from None
        if not select.select([out], [], [], LONGEST_RUN + START_SECONDS)[0]:
            raise ForkServerFailed("the process that forks the clients does not answer")
        line = out.readline()
        if not line:
            raise ForkServerFailed("the process that forks the clients has ended: see what it said above")
        return End(**json.loads(line))

    def close(self) -> None:
        """End it, and whom it forked."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def main() -> None:
    for module in EARLY:
        importlib.import_module(module)
    from chaos import driver, steps

    steps.require_steps()
    for line in sys.stdin:
        order = json.loads(line)
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            driver.run(order)
        killed, code = _ended(child, order.get("kill_after"), dies=bool(order.get("step")))
        print(json.dumps({"killed": killed, "code": code, "seconds": time.monotonic() - began}), flush=True)


def _ended(child: int, kill_after: float | None, *, dies: bool) -> tuple[bool, int | None]:
    """Whether it died as it was meant to, and its exit code where it did not."""
    alive = os.pidfd_open(child)
    try:
        in_time = bool(select.select([alive], [], [], LONGEST_RUN if kill_after is None else kill_after)[0])
        if not in_time:
            os.kill(child, signal.SIGKILL)
    finally:
        os.close(alive)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    killed = code == -signal.SIGKILL and (dies or kill_after is not None)
    if not in_time and kill_after is None:
        return False, None
    return killed, None if killed else code


if __name__ == "__main__":
    main()
