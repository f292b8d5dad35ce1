"""Whole nights through Airflow. After each, Webropol's lists are what the sandbox says they should be."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from local.dag_runner_client import Player, Run
from local.postgres import Server
from tests.conftest import SANDBOX_POLICY
from tests.leaks import Known, leaks_after
from tests.offices import Office
from tests.registry_rows import run_sql


def play(player: Player, office: Office) -> list[Run]:
    conf = {"date": office.date}
    return [player.play(dag, conf) for dag in ("nightly_registry", "sync_bulletin_lists", "expire_addresses")]


@pytest.mark.stack
def test_five_nights_each_ending_with_lists_equal_to_the_truth_and_no_address_left_behind(
    office: Office, airflow: Callable[[], Player], postgres: Server
) -> None:
    known = Known()
    with airflow() as player:
        for night in range(5):
            if night:
                office.advance()
            runs = play(player, office)
            assert [run.state for run in runs] == ["success"] * 3
            assert office.differences() == {}
            known.add(office)
    databases = [office.environment["REGISTRY_ADMIN_URL"], postgres.airflow_url]
    assert leaks_after(office, known, databases, postgres.log) == {}


@pytest.mark.stack
def test_a_night_with_an_empty_source_holds_and_the_next_one_catches_up(
    office: Office, airflow: Callable[[], Player], postgres: Server
) -> None:
    admin_url = office.environment["REGISTRY_ADMIN_URL"]
    known = Known()
    with airflow() as player:
        play(player, office)
        known.add(office)
        before = {target: set(office.members(target).values()) for target in office.targets}

        office.advance("--fault", "ura-empty")
        night, synced, _ = play(player, office)
        assert (night.state, night.held) == ("failed", True)
        assert [error["task_id"] for error in night.errors] == ["close_night"]
        assert "docs/runbooks/quality-stop.md" in night.errors[0]["message"]
        assert synced.state == "success"
        known.add(office)
        assert run_sql(admin_url, "SELECT count(absent_since) FROM registry.unseen") == [(0,)]
        for target, members in before.items():
            # Nobody is removed because of the fault. Those who left at Webropol left by themselves.
            left = members - set(office.members(target).values())
            assert not left & office.truth(target)

        office.advance()
        assert [run.state for run in play(player, office)] == ["success"] * 3
        assert office.differences() == {}
    assert leaks_after(office, known, [admin_url, postgres.airflow_url], postgres.log) == {}
    status = json.loads(office.registry("status", "--json").stdout)
    assert status["night"]["state"] == "done"


@pytest.mark.stack
def test_a_source_that_comes_within_the_night_is_waited_for_and_a_broken_one_is_not(
    office: Office, airflow: Callable[[], Player], tmp_path: Path
) -> None:
    admin_url = office.environment["REGISTRY_ADMIN_URL"]
    waiting = {"extends": str(SANDBOX_POLICY), "waiting": {"tries_again": 20, "minutes_between": 0.02}}
    (tmp_path / "waiting.yaml").write_text(yaml.safe_dump(waiting))
    office.environment["REGISTRY_POLICY"] = str(tmp_path / "waiting.yaml")
    markers = {
        name: office.home / "drop" / f"{name}_{office.date}.csv.done" for name in ("ura_persons", "ura_companies")
    }
    content = {name: marker.read_bytes() for name, marker in markers.items()}
    markers["ura_persons"].unlink()
    markers["ura_companies"].write_bytes(b"not as agreed")

    def come() -> None:
        deadline = time.monotonic() + 60
        while len(tries("ura_persons")) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        markers["ura_persons"].write_bytes(content["ura_persons"])

    def tries(source: str) -> list[str]:
        rows = run_sql(admin_url, "SELECT state FROM operations.run WHERE kind = 'extract' AND subject = %s", source)
        return sorted(state for (state,) in rows)

    sender = threading.Thread(target=come)
    with airflow() as player:
        player.wait_ready()
        sender.start()
        night = player.play("nightly_registry", {"date": office.date})
    sender.join()
    assert tries("ura_persons")[0] == "done"
    assert len(tries("ura_persons")) >= 3
    assert tries("ura_companies") == ["failed"]
    assert night.held
    states = {task: row["state"] for task, row in night.tasks.items()}
    assert states["extract_ura_persons"] == "success"
    assert (states["extract_ura_companies"], states["load_person"]) == ("failed", "success")
