"""Airflow itself, for an office: DAG runs are played in a process of their own, as `make demo` plays them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.airflow_env import airflow_environment
from local.dag_runner_client import Player
from local.postgres import Server
from local.world_paths import Paths
from tests.offices import Office


@pytest.fixture
def airflow(office: Office, postgres: Server, tmp_path: Path) -> Iterator[Callable[[], Player]]:
    """Start a player of this office's DAGs; ended with the test."""
    players: list[Player] = []

    def start() -> Player:
        paths = Paths(tmp_path)
        paths.airflow.mkdir(exist_ok=True)
        environment = office.environment | airflow_environment(paths, postgres.airflow_url)
        players.append(Player(environment, paths.logs))
        return players[-1]

    yield start
    for player in players:
        player.close()
