"""`python -m tests.faults.dying STEP ARGUMENT…`: `./registry` with these arguments, killed (kill -9) at a step.

A step is the name of a statement of `include/sql/`, before which it dies, or `add` or `remove`, before the request is
sent, `adding` or `removing`, while it is under way, `added` or `removed`, after it was answered. `NAME:2` is the second
time.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
from typing import Any

from email_registry.boundaries import database
from email_registry.boundaries.web import Door

REQUESTS = {"members": ("add", "adding", "added"), "removals": ("remove", "removing", "removed")}
UNDER_WAY = 0.2  # seconds


def die_at(step: str) -> None:
    """Arm this process."""
    wanted, _, number = step.partition(":")
    left = [int(number or 1)]

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def reached(name: str) -> None:
        left[0] -= name == wanted
        if name == wanted and left[0] == 0:
            threading.Timer(UNDER_WAY, die).start() if name.endswith("ing") else die()

    statement, act = database.statement, Door.act

    def ours(name: str) -> str:
        reached(name)
        return statement(name)

    def acts(self: Door, method: str, url: str, **options: Any) -> Any:
        before, meanwhile, after = REQUESTS[url.rpartition("/")[2]]
        reached(before)
        reached(meanwhile)
        answer = act(self, method, url, **options)
        reached(after)
        return answer

    database.statement = ours  # type: ignore[assignment]
    Door.act = acts  # type: ignore[method-assign]


if __name__ == "__main__":
    die_at(sys.argv.pop(1))
    runpy.run_module("email_registry.cli", run_name="__main__", alter_sys=True)
