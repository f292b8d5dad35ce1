"""What `make up` has left running, in one file, checked against the living processes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

import psutil

from local.cluster_files import write_private
from local.commands import find
from local.world_paths import Paths


@dataclass(frozen=True)
class Running:
    """Airflow's processes by name, and the port of its pages."""

    port: int
    pids: dict[str, int] = field(default_factory=dict)

    def processes(self) -> dict[str, psutil.Process]:
        """Return the processes that are still alive."""
        found = {name: find(pid, "airflow") for name, pid in self.pids.items()}
        return {name: process for name, process in found.items() if process is not None}

    def write(self, paths: Paths) -> None:
        write_private(paths.running, json.dumps(asdict(self), indent=2) + "\n")


def read(paths: Paths) -> Running | None:
    """Read the file, whether or not the processes are alive."""
    try:
        return Running(**json.loads(paths.running.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def is_up(paths: Paths) -> Running | None:
    """Tell whether `make up` runs: its scheduler is alive."""
    running = read(paths)
    return running if running is not None and "scheduler" in running.processes() else None
