"""docker/sandbox_service.py makes a world, tells the scheduler how to come in, serves, and ends when told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.compose.composition import ROOT


def test_it_serves_a_new_world_and_ends_in_order(tmp_path: Path) -> None:
    environment = os.environ | {
        "REGISTRY_HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "SANDBOX_ADDRESSES": "60",
        "SANDBOX_PORT": "0",
    }
    service = subprocess.Popen(
        [sys.executable, "docker/sandbox_service.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        connections, deadline = tmp_path / "secrets" / "connections.json", time.monotonic() + 60
        while not connections.exists():
            assert service.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        hosts = {name: entry["host"] for name, entry in json.loads(connections.read_text()).items()}
        assert hosts["webropol"].startswith("http://127.0.0.1:")
        assert (tmp_path / "secrets" / "suppression_keys.json").stat().st_mode & 0o777 == 0o600
    finally:
        service.send_signal(signal.SIGTERM)
    assert service.wait(30) == 0
    assert not (tmp_path / "sandbox" / "endpoints.json").exists()
