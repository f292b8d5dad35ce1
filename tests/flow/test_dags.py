"""Airflow reads exactly these DAGs. Each is a table of contents, and none has an import error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.commands import base_environment
from local.world_paths import ROOT

SCRIPT = """
import json, sys
from airflow.dag_processing.dagbag import DagBag

bag = DagBag(sys.argv[1])
print(json.dumps({
    "errors": list(bag.import_errors.values()),
    "warnings": list(bag.captured_warnings.values()),
    "dags": {
        dag.dag_id: {
            "schedule": repr(dag.timetable),
            "docs": dag.doc_md,
            "name": dag.dag_display_name,
            "links": dag.owner_links,
            "catchup": dag.catchup,
            "people": [[task.owner, task.task_display_name] for task in dag.tasks],
            "tasks": {task.task_id: sorted(task.downstream_task_ids) for task in dag.tasks},
        }
        for dag in bag.dags.values()
    },
}))
"""


def read_dags(tmp_path: Path, policy: Path) -> dict[str, Any]:
    environment = base_environment() | {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "REGISTRY_POLICY": str(policy),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROOT / "dags")],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    bag: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return bag


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return read_dags(tmp_path_factory.mktemp("airflow"), ROOT / "include" / "policy" / "sandbox.yaml")


def test_the_set_of_dags_is_exactly_this_and_each_is_imported(bag: dict[str, Any]) -> None:
    assert (bag["errors"], bag["warnings"]) == ([], [])
    assert set(bag["dags"]) == {
        "nightly_registry",
        "sync_bulletin_lists",
        "lists_by_hand",
        "expire_addresses",
        "pilot_list",
        "rights_cases",
    }


def test_each_runs_by_the_clock_of_helsinki(bag: dict[str, Any]) -> None:
    times = {"nightly_registry": "15 2 * * *", "sync_bulletin_lists": "30 6 * * *", "expire_addresses": "30 4 * * *"}
    times["rights_cases"] = "30 7 * * *"
    for dag, time in times.items():
        assert time in bag["dags"][dag]["schedule"]
        assert "Europe/Helsinki" in bag["dags"][dag]["schedule"]


def test_each_has_an_owner_with_a_link_and_names_in_both_languages(bag: dict[str, Any]) -> None:
    for dag in bag["dags"].values():
        ((owner, link),) = dag["links"].items()
        assert link.startswith("http")
        assert {name for name, _ in dag["people"]} == {owner}
        assert all(" · " in name for name in (dag["name"], *(name for _, name in dag["people"])))
        assert dag["catchup"] is False


def test_each_tells_its_numbered_steps(bag: dict[str, Any]) -> None:
    assert all("\n1. **" in dag["docs"] for dag in bag["dags"].values())


@pytest.mark.promise("audiences", "sources")
def test_the_night_reads_every_source_and_loads_every_audience_of_the_policy(bag: dict[str, Any]) -> None:
    tasks = bag["dags"]["nightly_registry"]["tasks"]
    sources = {task for task, after in tasks.items() if task.startswith("extract_")}
    assert sources == {"extract_ura_persons", "extract_ura_companies", "extract_kasvucrm_companies"}
    assert all("check_staged" in tasks[task] for task in sources)
    assert {"load_person", "load_company"} <= set(tasks["check_candidates"])
    assert [task for task, after in tasks.items() if not after] == ["close_night"]


def test_nothing_is_applied_or_deleted_before_it_is_planned_nor_what_waits_before_it_is_approved(
    bag: dict[str, Any],
) -> None:
    sync = bag["dags"]["sync_bulletin_lists"]["tasks"]
    assert sync["yritysasiakkaat.approve"] == ["yritysasiakkaat.apply_approved"]
    assert "yritysasiakkaat.apply" in sync["yritysasiakkaat.plan"]
    expiry = bag["dags"]["expire_addresses"]["tasks"]
    assert expiry["person.approve"] == ["person.delete_approved"]
    assert "person.delete" in expiry["person.plan"]


def test_a_mistake_in_the_policy_is_an_import_error_that_names_the_key(tmp_path: Path) -> None:
    bag = read_dags(tmp_path, ROOT / "include" / "policy" / "pirkanmaa.yaml")  # its list ids are the office's to give
    assert bag["dags"] == {}
    assert all("targets.henkiloasiakkaat" in error for error in bag["errors"])
