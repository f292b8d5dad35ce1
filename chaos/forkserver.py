"""A process that forks one client after the other, so that their imports are done once. python -m chaos.forkserver

It reads one order a line and answers with one line: how the client ended. `ForkServer` is the rig's end of it.
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

LONGEST_RUN_SECONDS = 120.0  # a sync that takes longer hangs
START_SECONDS = 120.0
# What a sync imports on its way. With these imported before the fork, a sync reaches its first read in a quarter of a
# second instead of two seconds.
PRELOADED = ("pandas", "pyarrow.compute", "chaos.driver", "requests", "psycopg2", "orjson")


@dataclass(frozen=True)
class End:
    """How a client ended. `killed`: on purpose. `code`: its exit code if it ended by itself; None if it hung."""

    killed: bool
    code: int | None
    seconds: float


class ForkServerFailed(Exception):
    """The fork server itself has ended."""


class ForkServer:
    """The rig's end of the fork server. It takes one order at a time."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "plugins")))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "chaos.forkserver"], cwd=ROOT, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip

    def send(self, order: dict[str, Any]) -> End:
        """Have an order done, and wait for its end."""
        into, out = self._process.stdin, self._process.stdout
        if into is None or out is None:
            raise ForkServerFailed("the fork server has no pipes")
        try:
            into.write(json.dumps(order) + "\n")
            into.flush()
        except BrokenPipeError:
            raise ForkServerFailed(
                "the process that forks the clients has ended: its last messages are above"
            ) from None
        if not select.select([out], [], [], LONGEST_RUN_SECONDS + START_SECONDS)[0]:
            raise ForkServerFailed("the process that forks the clients does not answer")
        line = out.readline()
        if not line:
            raise ForkServerFailed("the process that forks the clients has ended: its last messages are above")
        return End(**json.loads(line))

    def close(self) -> None:
        """End the process and the clients that it forked."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def main() -> None:
    for module in PRELOADED:
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
    """Return whether the client died as it was meant to, and its exit code if it did not."""
    alive = os.pidfd_open(child)
    try:
        in_time = bool(select.select([alive], [], [], LONGEST_RUN_SECONDS if kill_after is None else kill_after)[0])
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
