"""DAG runs played in one process: what is told of them, and what is kept to the log."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg2 import sql

from local.airflow_env import airflow_environment
from local.commands import base_environment
from local.dag_runner_client import Player
from local.errors import LocalError
from local.postgres import Server
from local.world_paths import Paths

pytestmark = pytest.mark.stack

DAGS = '''
"""Runs of every kind."""
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import BaseHook, dag, get_current_context, task
from email_registry.errors import Held


@dag(schedule=None)
def well():
    @task
    def connect():
        print("printed by a task")
        return BaseHook.get_connection("ura_files").extra_dejson["folder"]

    @task
    def use(folder):
        assert get_current_context()["dag_run"].conf == {"date": "2026-01-01"}
        assert folder == "/drop"

    use(connect())


@dag(schedule=None)
def badly():
    @task
    def held():
        raise Held("the night holds", runbook="quality-stop")

    @task
    def foreign():
        raise ValueError("a value of somebody's")

    held()
    foreign()


@dag(schedule=None)
def asks():
    ApprovalOperator(task_id="approve", subject="May it?")


well()
badly()
asks()
'''


@pytest.fixture(scope="module")
def player(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    paths = Paths(tmp_path_factory.mktemp("play"))
    dags = paths.home / "dags"
    dags.mkdir()
    (dags / "runs.py").write_text(DAGS)
    database = f"airflow_{secrets.token_hex(4)}"
    with postgres.superuser() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} OWNER airflow").format(sql.Identifier(database)))
    environment = base_environment() | airflow_environment(paths, postgres.url("airflow", database))
    paths.connections.write_text('{"ura_files": {"conn_type": "fs", "extra": {"folder": "/drop"}}}')
    environment["AIRFLOW__CORE__DAGS_FOLDER"] = str(dags)
    with Player(environment, paths.logs) as made:
        yield made


def test_a_run_tells_each_task_and_keeps_what_is_printed_to_its_log(player: Player) -> None:
    events: list[dict[str, Any]] = []
    run = player.play("well", {"date": "2026-01-01"}, events.append)
    assert (run.state, run.held, run.errors) == ("success", False, [])
    assert list(run.tasks) == ["connect", "use"]
    assert all(task["state"] == "success" and task["seconds"] >= 0 for task in run.tasks.values())
    assert [event["task_id"] for event in events if event["state"] == "success"] == ["connect", "use"]
    assert "printed by a task" in player.log.read_text()
    assert player.log.stat().st_mode & 0o077 == 0


def test_our_own_errors_are_shown_and_others_by_their_kind_alone(player: Player) -> None:
    run = player.play("badly")
    assert (run.state, run.held) == ("failed", True)
    errors = {error["task_id"]: error for error in run.errors}
    assert errors["held"]["message"] == "the night holds (docs/runbooks/quality-stop.md)"
    assert errors["foreign"] == {"task_id": "foreign", "kind": "ValueError", "exit_code": 1, "message": None}


def test_a_run_that_waits_for_a_person_ends_waiting_and_the_next_one_is_played(player: Player) -> None:
    run = player.play("asks")
    assert (run.state, run.held) == ("waiting", True)
    assert run.tasks["approve"]["state"] == "awaiting_input"
    assert player.play("well", {"date": "2026-01-01"}).state == "success"


def test_a_dag_that_is_not_there_is_said(player: Player) -> None:
    with pytest.raises(LocalError, match="there is no DAG nightly"):
        player.play("nightly")


def test_a_dag_that_does_not_import_is_said_in_one_line(player: Player) -> None:
    broken = player.log.parent.parent / "dags" / "broken.py"
    broken.write_text("from airflow.sdk import dag\nimport no_such_module\n")
    try:
        with pytest.raises(LocalError, match=r"^dags/broken\.py cannot be imported: .*no_such_module"):
            player.play("well")
    finally:
        broken.unlink()


def test_an_airflow_that_does_not_start_names_its_log(postgres: Server, tmp_path: Path) -> None:
    environment = base_environment() | airflow_environment(Paths(tmp_path), postgres.url("airflow", "no_such_database"))
    with Player(environment, tmp_path) as made, pytest.raises(LocalError, match=r"does not start: see .*play-.*\.log"):
        made.play("well")
