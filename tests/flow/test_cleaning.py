"""Airflow's own rows and logs are deleted after the policy's days, by a task that Airflow bars from its database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.airflow_env import airflow_environment
from local.postgres import Server
from local.world_paths import ROOT, Paths
from tests.expire.rules import use_policy
from tests.registry_rows import run_sql

pytestmark = pytest.mark.stack

TODAY = date(2026, 11, 23)
CLEAN = """
import json, sys
from datetime import date
import airflow.settings
from airflow.sdk.execution_time.supervisor import block_orm_access
from email_registry.errors import RegistryError
from registry_airflow.airflow_retention import clean_airflow
block_orm_access()  # as Airflow does in a task's process
try:
    print(json.dumps(clean_airflow(date.fromisoformat(sys.argv[1]))))
except RegistryError as error:
    print(json.dumps({"error": str(error)}))
"""


@pytest.fixture
def environment(
    postgres: Server, registry_env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The environment of a task. Airflow's database is migrated, and the registry had its last night today."""
    paths = Paths(tmp_path)
    path = os.pathsep.join((str(ROOT), str(ROOT / "plugins")))
    airflow = {**os.environ, **registry_env, **airflow_environment(paths, postgres.airflow_url), "PYTHONPATH": path}
    subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"], env=airflow, check=True, capture_output=True, timeout=240
    )
    run_sql(
        registry_env["REGISTRY_ADMIN_URL"],
        "INSERT INTO operations.run (kind, subject, owner, state, business_date, started_at, heartbeat_at, ended_at,"
        " policy_digest) VALUES ('night', 'registry', 'x', 'done', %s, now(), now(), now(), '')",
        TODAY,
    )
    return airflow


def clean(environment: dict[str, str], on: date = TODAY) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", CLEAN, on.isoformat()],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-1000:]
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_rows_and_logs_older_than_the_policy_keeps_them_go_and_no_others(
    environment: dict[str, str], postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {"rows": (89, 91, 200), "logs": (29, 31, 100)}
    run_sql(postgres.airflow_url, "DELETE FROM log")
    for age in days["rows"]:
        at = TODAY - timedelta(days=age)
        run_sql(postgres.airflow_url, "INSERT INTO log (dttm, event) VALUES (%s, %s)", at, f"{age} days")
    logs = tmp_path / "airflow" / "logs"
    for age in days["logs"]:
        file = logs / f"dag_id=x{age}" / "attempt=1.log"
        file.parent.mkdir(parents=True)
        file.write_text("x")
        at = (TODAY - timedelta(days=age)).toordinal() - date(1970, 1, 1).toordinal()
        for path in (file, file.parent):
            os.utime(path, (at * 86400 + 43200,) * 2)

    path = use_policy(
        tmp_path, monkeypatch, expiry={"legal_holds": [{"reference": "KHO 1", "audience": "all", "until": TODAY}]}
    )
    assert clean(environment | {"REGISTRY_POLICY": str(path)}) == {"under_legal_hold": 1}
    assert "is a clock fast?" in clean(environment, TODAY + timedelta(days=3652))["error"]
    assert "REGISTRY_AIRFLOW_URL is not set" in clean(environment | {"REGISTRY_AIRFLOW_URL": ""})["error"]
    assert run_sql(postgres.airflow_url, "SELECT count(*) FROM log") == [(3,)]

    assert clean(environment) == {"rows": 1, "files": 2}
    kept = run_sql(postgres.airflow_url, "SELECT event FROM log WHERE event LIKE '%%days'")
    assert kept == [("89 days",)]
    tables = run_sql(postgres.airflow_url, "SELECT count(*) FROM pg_tables WHERE tablename LIKE '_airflow_deleted%%'")
    assert tables == [(0,)]  # Airflow archives nothing
    assert [file.parent.name for file in logs.rglob("attempt=1.log")] == ["dag_id=x29"]
    assert clean(environment) == {"rows": 0, "files": 0}
