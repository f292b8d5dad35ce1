"""`make up`, `make demo` in it, and `make down`: the real scheduler, on a small world. About two minutes."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import psutil
import pytest
import requests

from local.cluster_files import port_is_free, postmaster
from local.commands import base_environment
from local.unprivileged import elsewhere
from local.world_paths import ROOT
from tests.registry_rows import make_absent, make_present, run_sql
from tests.stack.approvals import begun

pytestmark = pytest.mark.stack

SECONDS = 120
DAGS = {"nightly_registry", "sync_bulletin_lists", "lists_by_hand", "expire_addresses", "pilot_list", "rights_cases"}


class Home:
    """A world of its own, used by the commands that `make` calls."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environment = base_environment() | {"REGISTRY_HOME": str(path)}
        for name in ("REGISTRY_URL", "REGISTRY_ADMIN_URL", "REGISTRY_POLICY"):
            self.environment.pop(name, None)

    def run(self, command: str, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", f"local.{command}", *options],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
        )

    def processes(self) -> list[psutil.Process]:
        """Airflow's, with those they started, the sandbox's, and PostgreSQL's."""
        pids = json.loads((self.path / "running.json").read_text())["pids"].values()
        sandbox = json.loads((self.path / "sandbox" / "endpoints.json").read_text())["pid"]
        started = [psutil.Process(pid) for pid in (*pids, sandbox)]
        server = postmaster(self.path / "postgres" / "data")
        assert server is not None
        children = [child for process in started for child in process.children(recursive=True)]
        return [*started, *children, psutil.Process(server.pid)]


@pytest.fixture(scope="module")
def home(open_folder: Path) -> Iterator[Home]:
    made = Home(open_folder / "up")
    yield made
    made.run("down", "--forget")
    shutil.rmtree(elsewhere(made.path), ignore_errors=True)


@pytest.fixture(scope="module")
def address(home: Home) -> str:
    """Where the pages are, once everything is healthy."""
    done = home.run("up", "--addresses=1000")
    assert done.returncode == 0, done.stderr
    found = re.search(r"http://127\.0\.0\.1:\d+", done.stdout)
    assert found is not None
    return found.group()


@pytest.fixture(scope="module")
def session(home: Home, address: str) -> Iterator[requests.Session]:
    """Signed in as the user that `make up` prints, with the password it prints."""
    password = json.loads((home.path / "secrets" / "airflow.json").read_text())["admin_password"]
    with requests.Session() as made:
        token = made.post(f"{address}/auth/token", json={"username": "admin", "password": password}, timeout=30)
        made.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        yield made


def trigger(session: requests.Session, address: str, dag: str, conf: dict[str, object]) -> requests.Response:
    return session.post(f"{address}/api/v2/dags/{dag}/dagRuns", json={"logical_date": None, "conf": conf}, timeout=30)


def played(session: requests.Session, address: str, dag: str, conf: dict[str, object]) -> tuple[str, dict[str, str]]:
    """The run's state at its end, and each task's."""
    run = trigger(session, address, dag, conf).json()["dag_run_id"]
    path, deadline = f"{address}/api/v2/dags/{dag}/dagRuns/{run}", time.monotonic() + SECONDS
    while (state := session.get(path, timeout=30).json()["state"]) not in ("success", "failed"):
        assert time.monotonic() < deadline
        time.sleep(0.5)
    tasks = session.get(f"{path}/taskInstances", timeout=30).json()["task_instances"]
    return state, {task["task_id"]: task["state"] for task in tasks}


def test_the_pages_ask_for_the_password_and_know_the_dags(session: requests.Session, address: str) -> None:
    assert requests.get(f"{address}/api/v2/dags", timeout=30).status_code == 401
    assert requests.post(
        f"{address}/auth/token", json={"username": "admin", "password": "wrong"}, timeout=30
    ).status_code in (401, 403)
    assert session.get(f"{address}/api/v2/importErrors", timeout=30).json()["total_entries"] == 0
    dags = session.get(f"{address}/api/v2/dags", timeout=30).json()["dags"]
    assert {dag["dag_id"] for dag in dags} == DAGS
    assert not any(dag["is_paused"] for dag in dags)


def test_everything_listens_on_loopback_alone(home: Home, address: str) -> None:
    heard = {
        connection.laddr.ip
        for process in home.processes()
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert heard == {"127.0.0.1"}


def test_a_second_up_is_one_clear_line(home: Home, address: str) -> None:
    again = home.run("up")
    assert again.returncode == 1
    assert again.stderr == "make: it is up already: `make down` stops it\n"


def test_a_night_under_the_scheduler_starts_the_sync_once_by_its_assets(
    home: Home, session: requests.Session, address: str
) -> None:
    played = home.run("demo")
    assert played.returncode == 0, played.stdout + played.stderr
    runs = session.get(f"{address}/api/v2/dags/sync_bulletin_lists/dagRuns", timeout=30).json()["dag_runs"]
    assert [(run["run_type"], run["state"]) for run in runs] == [("asset_triggered", "success")]
    nights = session.get(f"{address}/api/v2/dags/nightly_registry/dagRuns", timeout=30).json()["dag_runs"]
    assert [run["state"] for run in nights] == ["success"]
    assert all(process.is_running() for process in home.processes())  # what was up stays up


def test_an_audience_that_did_not_change_emits_nothing(session: requests.Session, address: str, home: Home) -> None:
    def events() -> list[str]:
        found = session.get(f"{address}/api/v2/assets/events", timeout=30).json()["asset_events"]
        assert all(set(event["extra"]) >= {"new", "absent", "returned"} for event in found)
        return sorted(event["name"] for event in found)

    assert events() == ["registry_company", "registry_person"]
    assert played(session, address, "nightly_registry", {"date": world_date(home)})[0] == "success"
    assert len(events()) == 2


def test_the_forms_refuse_what_is_no_target_or_date_or_holds_an_address(
    session: requests.Session, address: str
) -> None:
    for conf in ({"target": "everybody"}, {"date": "tomorrow"}, {"reason": "matti@posti.fi asked"}):
        assert trigger(session, address, "sync_bulletin_lists", conf).status_code == 400


def test_a_dry_run_of_one_target_plans_that_one_and_does_nothing_else(session: requests.Session, address: str) -> None:
    state, tasks = played(session, address, "sync_bulletin_lists", {"target": "yritysasiakkaat", "dry_run": True})
    assert state == "success"
    assert {task for task, state in tasks.items() if state != "skipped"} == {
        "read_unsubscribes",
        "yritysasiakkaat.plan",
    }


def test_expiry_runs_whole(session: requests.Session, address: str) -> None:
    state, tasks = played(session, address, "expire_addresses", {})
    assert (state, tasks["person.delete"], tasks["company.delete"]) == ("success", "success", "success")


def test_a_night_that_holds_says_so_under_the_scheduler_too(home: Home, address: str) -> None:
    held = home.run("demo", "--fault", "ura-empty")
    assert held.returncode == 3, held.stdout + held.stderr
    assert "nobody was removed on account of it" in held.stdout


def world_date(home: Home) -> str:
    """The sandbox's day: each night that is played moves it on, whatever the clock says."""
    return str(json.loads((home.path / "sandbox" / "night.json").read_text())["date"])


def members(home: Home, target: str) -> set[str]:
    """Whom Webropol has on a list, by the sandbox's own table."""
    with closing(sqlite3.connect(home.path / "sandbox" / "world.sqlite")) as world:
        query = "SELECT email FROM webropol_member JOIN webropol_list USING (list_id) WHERE name = ?"
        return {email for (email,) in world.execute(query, (target,))}


def admin_url(home: Home) -> str:
    """The registry's administrator, as `./registry` reads it."""
    lines = (home.path / "world.env").read_text().splitlines()
    return next(line.partition("=")[2] for line in lines if line.startswith("REGISTRY_ADMIN_URL="))


def test_a_removal_of_a_third_waits_and_approved_through_the_api_does_what_was_previewed(
    home: Home, session: requests.Session, address: str
) -> None:
    """Less what has come back meanwhile, and not one member more; what is refused is not done; the rest goes on."""
    persons, both, url = "henkiloasiakkaat", "kaikki_asiakkaat", admin_url(home)
    before = {target: members(home, target) for target in (persons, both)}
    gone = sorted(before[persons])[: len(before[persons]) * 3 // 10]
    make_absent(url, gone, date.fromisoformat(world_date(home)))
    run = begun(session, address, {"reason": "a third is gone", "date": world_date(home)})
    states = run.until(f"{persons}.approve", f"{both}.approve")
    assert states["yritysasiakkaat.read_back"] == "success"
    assert {target: members(home, target) for target in before} == before
    previewed = run_sql(
        url, "SELECT counts ->> 'remove' FROM operations.plan WHERE subject = %s AND state = 'open'", persons
    )
    assert previewed == [(str(len(gone)),)]

    make_present(url, gone[:20])
    run.answer(f"{persons}.approve", "Approve", "the office moved")
    run.answer(f"{both}.approve", "Reject", "not yet")
    run.end()
    assert members(home, persons) == before[persons] - set(gone[20:])
    assert members(home, both) == before[both]
    said = "SELECT actor, action, subject, counts ->> 'why' FROM audit.event WHERE action IN ('approved', 'refused')"
    assert run_sql(url, said) == [("admin", "approved", persons, "the office moved")]


def test_a_list_is_frozen_from_the_form_and_the_audit_knows_by_whom(
    home: Home, session: requests.Session, address: str
) -> None:
    on = world_date(home)
    conf = {"action": "freeze", "target": "yritysasiakkaat", "until": on, "reason": "bulletin 12", "date": on}
    assert played(session, address, "lists_by_hand", conf)[0] == "success"
    said = run_sql(admin_url(home), "SELECT actor, subject, counts ->> 'why' FROM audit.event WHERE action = 'freeze'")
    assert said == [("admin", "yritysasiakkaat", "bulletin 12")]


def test_down_leaves_nothing_and_a_second_down_says_so(home: Home, address: str) -> None:
    port = int(address.rsplit(":", 1)[1])
    processes = home.processes()
    ended = home.run("down")
    assert ended.returncode == 0
    assert "stopped" in ended.stdout
    left = [process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    assert left == []
    assert port_is_free(port)
    assert not (home.path / "sandbox" / "endpoints.json").exists()
    assert not os.path.lexists(home.path / "running.json")
    assert home.run("down").stdout == "  nothing is running\n"
