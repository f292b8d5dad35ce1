"""Where this machine's world lives."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Paths:
    """The folders and files under one REGISTRY_HOME."""

    home: Path

    @property
    def sandbox(self) -> Path:
        return self.home / "sandbox"

    @property
    def airflow(self) -> Path:
        return self.home / "airflow"

    @property
    def logs(self) -> Path:
        """What the processes of this world print, one file each; Airflow's task logs are in airflow/logs."""
        return self.home / "logs"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def sheets(self) -> Path:
        """Sheets for Webropol's lists, and exports of them."""
        return self.home / "webropol"

    @property
    def connections(self) -> Path:
        return self.secrets / "connections.json"

    @property
    def suppression_keys(self) -> Path:
        return self.secrets / "suppression_keys.json"

    @property
    def world_env(self) -> Path:
        return self.home / "world.env"

    @property
    def running(self) -> Path:
        """What `make up` started: pids and addresses."""
        return self.home / "running.json"

    @property
    def lock(self) -> Path:
        return self.home / "world.lock"


def home_from_environment() -> Path:
    """REGISTRY_HOME, else var/ of the repository."""
    named = os.environ.get("REGISTRY_HOME")
    return Path(named).expanduser().resolve() if named else ROOT / "var"
