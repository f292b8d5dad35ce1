"""Each scheduled DAG runs once a local day, over both changes of the clock, whatever was missed."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from local.commands import base_environment
from local.world_paths import ROOT
from tests.conftest import SANDBOX_POLICY

DAYS = 730
SCRIPT = """
import json, sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables.base import TimeRestriction
from pendulum import instance

helsinki, times_of = ZoneInfo("Europe/Helsinki"), {}
for read in DagBag(sys.argv[1]).dags.values():
    dag = DagSerialization.from_dict(DagSerialization.to_dict(read))  # as the scheduler has it
    timetable = getattr(dag.timetable, "timetable", dag.timetable)
    if dag.dag_id not in ("nightly_registry", "expire_addresses", "sync_bulletin_lists"):
        continue
    start = instance(datetime(2026, 1, 1, tzinfo=helsinki))
    last, times = None, []
    for _ in range(int(sys.argv[2])):
        info = timetable.next_dagrun_info(
            last_automated_data_interval=last, restriction=TimeRestriction(start, None, catchup=True)
        )
        last = info.data_interval
        times.append(info.run_after.astimezone(helsinki).isoformat())
    times_of[dag.dag_id] = times
print(json.dumps(times_of))
"""


@pytest.mark.stack
def test_once_a_local_day_at_its_time_over_two_springs_and_two_autumns(tmp_path: Path) -> None:
    environment = base_environment() | {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "REGISTRY_POLICY": str(SANDBOX_POLICY),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROOT / "dags"), str(DAYS)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    times_of = json.loads(done.stdout.splitlines()[-1])
    at = {"nightly_registry": "02:15", "expire_addresses": "04:30", "sync_bulletin_lists": "06:30"}
    assert times_of.keys() == at.keys()
    days = [(date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(DAYS)]
    for dag, times in times_of.items():
        assert [time[:10] for time in times] == days
        assert {time[11:16] for time in times} == {at[dag]}
        assert {time[19:] for time in times} == {"+02:00", "+03:00"}
