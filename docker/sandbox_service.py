"""The sandbox as a service: a world if there is none, its logins where the scheduler reads them, then served.

It shares the scheduler's network, and so its loopback: the sandbox listens nowhere else, and the domain speaks
unencrypted HTTP to nobody else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from local.errors import LocalError
from local.sandbox_process import Sandbox
from local.world import World

READY_SECONDS = 60


def start(world: World) -> subprocess.Popen[bytes]:
    """Make what is missing and start serving; returns when the connections are written."""
    home = world.sandbox.home
    if not world.sandbox.exists():
        addresses, seed = os.environ.get("SANDBOX_ADDRESSES", "20000"), os.environ.get("SANDBOX_SEED", "1")
        sandbox(home, "create", "--force", "--addresses", addresses, "--seed", seed).wait()
    world.write_secrets()
    (home / "endpoints.json").unlink(missing_ok=True)  # left by a container that was killed
    served = sandbox(home, "serve", "--port", os.environ.get("SANDBOX_PORT", "8900"))
    world.write_connections(wait_for(world.sandbox, served))
    return served


def sandbox(home: Path, verb: str, *options: str) -> subprocess.Popen[bytes]:
    """The sandbox's own command."""
    return subprocess.Popen([sys.executable, "-m", "sandbox", verb, "--home", str(home), *options])


def wait_for(world: Sandbox, served: subprocess.Popen[bytes]) -> dict[str, object]:
    """The endpoints, as soon as they are written. Raises LocalError where the sandbox ends or is silent."""
    deadline = time.monotonic() + READY_SECONDS
    while (found := world.endpoints()) is None:
        if served.poll() is not None or time.monotonic() > deadline:
            raise LocalError("the sandbox does not start: its own line above says why")
        time.sleep(0.1)
    return found


def main() -> int:
    try:
        served = start(World(Path(os.environ["REGISTRY_HOME"])))
    except LocalError as error:
        print(f"sandbox: {error}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: served.terminate())
    return served.wait()


if __name__ == "__main__":
    sys.exit(main())
