"""The variables that the composition gives Airflow are options of Airflow, and mean what the local world's do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.airflow_env import airflow_environment
from local.world_paths import ROOT, Paths
from tests.compose.composition import services

# Airflow's own list of options, as its installed version documents them.
LIST_OPTIONS = """
import json
from airflow.configuration import conf
described = conf.configuration_description
print(json.dumps({section: sorted(content["options"]) for section, content in described.items()}))
"""
# Of one machine there and of containers here.
OF_THE_PLACE = {
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION",
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    "AIRFLOW__API__HOST",
    "AIRFLOW__API__BASE_URL",
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST",
}
# Makes a demonstration quick, which an office does not need.
OF_THE_DEMO = {
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL",
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL",
    "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES",
}


def given() -> dict[str, str]:
    """Every AIRFLOW__ variable of every service."""
    return {
        name: value
        for service in services().values()
        for name, value in service.get("environment", {}).items()
        if name.startswith("AIRFLOW__")
    }


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    home = str(tmp_path_factory.mktemp("airflow"))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    done = subprocess.run(
        [sys.executable, "-c", LIST_OPTIONS], env=clean | {"AIRFLOW_HOME": home}, capture_output=True, text=True,
        check=True, timeout=120,
    )  # fmt: skip
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_every_variable_is_an_option_of_airflow(options: dict[str, list[str]]) -> None:
    for name in given():
        section, option = name.removeprefix("AIRFLOW__").removesuffix("_CMD").lower().split("__", 1)
        assert option in options[section], name


def test_every_value_is_a_text() -> None:
    """YAML's True and 0 would reach Airflow as whatever the engine prints for them."""
    for name, service in services().items():
        for variable, value in service.get("environment", {}).items():
            assert isinstance(value, str), f"{name}: {variable}"


def test_what_the_local_world_sets_is_set_the_same(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    local = airflow_environment(paths, "postgresql+psycopg2://airflow@127.0.0.1/airflow")
    places = {
        str(ROOT): "/opt/registry",
        str(paths.airflow): "/var/lib/registry/airflow",
        str(paths.secrets): "/run/secrets",
    }
    here, differences = given(), {}
    for name, value in local.items():
        if not name.startswith("AIRFLOW__") or name in OF_THE_PLACE | OF_THE_DEMO or f"{name}_CMD" in here:
            continue
        for there, in_container in places.items():
            value = value.replace(there, in_container)
        if name != "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" and here.get(name) != value:
            differences[name] = here.get(name)
    assert not differences
