"""A true mass change, from the gate to Webropol, under the real scheduler: accepted once, approved once.

tests/stack/test_up.py tells what one answer does. In this module only nights change the registry.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from local.commands import base_environment
from local.postgres import Postgres
from local.unprivileged import elsewhere
from local.world_paths import ROOT
from tests.registry_rows import run_sql
from tests.stack.approvals import Waiting
from tests.stack.test_up import Home, members, played

pytestmark = pytest.mark.stack

SECONDS = 180
PERSONS, COMPANIES, BOTH = "henkiloasiakkaat", "yritysasiakkaat", "kaikki_asiakkaat"
SYNC = "sync_bulletin_lists"


@dataclass
class Stack:
    """Airflow's pages and scheduler over a world of some hundred persons, and a person who signs in."""

    home: Home
    address: str
    session: requests.Session

    @property
    def environment(self) -> dict[str, str]:
        """What `./registry` reads in this world."""
        lines = (self.home.path / "world.env").read_text().splitlines()
        return base_environment() | dict(line.split("=", 1) for line in lines)

    @property
    def date(self) -> str:
        return str(json.loads((self.home.path / "sandbox" / "night.json").read_text())["date"])

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=240,
        )  # fmt: skip

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return run_sql(self.environment["REGISTRY_ADMIN_URL"], query, *parameters)

    def runs(self) -> list[dict[str, Any]]:
        """The runs of the sync that its assets started, the newest first."""
        options = {"order_by": "-run_after", "run_type": "asset_triggered"}
        path = f"{self.address}/api/v2/dags/{SYNC}/dagRuns"
        runs: list[dict[str, Any]] = self.session.get(path, params=options, timeout=30).json()["dag_runs"]
        return runs

    def started_by_assets(self, before: int) -> Waiting:
        """Wait for the run that comes after so many."""
        deadline = time.monotonic() + SECONDS
        while len(runs := self.runs()) <= before:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        return Waiting(self.session, self.address, runs[0]["dag_run_id"])


@pytest.fixture(scope="module")
def stack(open_folder: Any) -> Iterator[Stack]:
    home = Home(open_folder / "approval")
    try:
        up = home.run("up", "--addresses=1000")
        assert up.returncode == 0, up.stderr
        address = re.search(r"http://127\.0\.0\.1:\d+", up.stdout)
        assert address is not None
        login = {
            "username": "admin",
            "password": json.loads((home.path / "secrets" / "airflow.json").read_text())["admin_password"],
        }
        with requests.Session() as session:
            token = session.post(f"{address.group()}/auth/token", json=login, timeout=30).json()["access_token"]
            session.headers["Authorization"] = f"Bearer {token}"
            yield Stack(home, address.group(), session)
    finally:
        home.run("down", "--forget")
        shutil.rmtree(elsewhere(home.path), ignore_errors=True)


def read_waiting_plan(stack: Stack, target: str) -> tuple[int, set[str]]:
    """Read the plan that waits: its id, and the addresses that it would remove."""
    ((plan, count),) = stack.sql(
        "SELECT id, CAST(counts ->> 'remove' AS int) FROM operations.plan WHERE subject = %s AND state = 'open'", target
    )
    removals = stack.sql(
        "SELECT a.email FROM operations.plan_item i JOIN registry.address a ON a.id = i.address_id"
        " WHERE i.plan_id = %s AND i.action = 'remove'",
        plan,
    )
    emails = {email for (email,) in removals}
    assert len(emails) == count
    return plan, emails


def absent(stack: Stack) -> set[str]:
    query = (
        "SELECT email FROM registry.address JOIN registry.unseen ON address_id = id"
        " WHERE audience = 'person' AND absent_since IS NOT NULL"
    )
    return {email for (email,) in stack.sql(query)}


def test_a_third_of_the_persons_is_gone_and_goes_when_that_is_accepted_once_and_approved_once(stack: Stack) -> None:
    """Whoever came back before the approval stays, an unanswered plan is not done, and other lists go on meanwhile."""
    first = stack.home.run("demo")
    assert first.returncode == 0, first.stdout + first.stderr
    before_night = {target: members(stack.home, target) for target in (PERSONS, BOTH)}

    held = stack.home.run("demo", "--fault", "ura-fewer")  # three of ten rows do not come
    assert held.returncode == 3, held.stdout + held.stderr
    assert absent(stack) == set()
    accepted = stack.run("email_registry.cli", "source", "accept", "ura_persons", "--why", "the region was divided")
    assert accepted.returncode == 0, accepted.stderr
    before = len(stack.runs())
    assert played(stack.session, stack.address, "nightly_registry", {"date": stack.date})[0] == "failed"  # companies
    run = stack.started_by_assets(before)
    run.until(f"{PERSONS}.approve", f"{BOTH}.approve")
    assert [wait_for(run, f"{COMPANIES}.{task}") for task in ("read_back", "approve")] == ["success", "skipped"]
    plan, waiting = read_waiting_plan(stack, PERSONS)
    assert len(waiting) > 0.25 * len(before_night[PERSONS])
    assert not waiting - absent(stack)
    for target, emails in before_night.items():
        left = emails - members(stack.home, target)
        assert len(left) < 0.02 * len(emails)  # by themselves: `sandbox advance`
    conf: dict[str, object] = {"target": COMPANIES, "reason": "another list meanwhile", "date": stack.date}
    assert played(stack.session, stack.address, SYNC, conf)[0] == "success"

    # The same night's sources again, with others of the persons missing: loaded, and not synced.
    assert stack.run("sandbox", "advance", "--fault", "ura-fewer").returncode == 0
    assert stack.run("email_registry.cli", "night", "--date", stack.date).returncode == 3  # the companies'
    back = waiting - absent(stack)
    assert back
    assert absent(stack) - waiting
    before_approval = members(stack.home, PERSONS)
    began = datetime.now(UTC)
    run.answer(f"{PERSONS}.approve", "Approve", "the region was divided")
    done = wait_for(run, f"{PERSONS}.apply_approved")
    assert done == "success"
    assert (before_approval - members(stack.home, PERSONS) == waiting & before_approval - back) is True
    assert members(stack.home, PERSONS) <= before_approval

    ((actor, at, counts),) = stack.sql("SELECT actor, at, counts FROM audit.event WHERE action = 'approved'")
    assert (actor, counts) == ("admin", {"plan": plan, "why": "the region was divided"})
    assert began < at < datetime.now(UTC)
    ((by, why, decision),) = stack.sql(
        "SELECT decided_by, decided_why, decision FROM operations.plan WHERE id = %s", plan
    )
    assert (by, why, decision) == ("admin", "the region was divided", "approved")


def test_what_nobody_answers_in_time_is_not_done(stack: Stack) -> None:
    """Airflow's deadline is moved here, not waited for."""
    run = Waiting(stack.session, stack.address, stack.runs()[0]["dag_run_id"])
    plan, waiting = read_waiting_plan(stack, BOTH)
    before = members(stack.home, BOTH)
    assert len(waiting & before) > 100
    server = Postgres(stack.home.path).status()
    assert server is not None
    moved = run_sql(
        server.airflow_url,
        "UPDATE task_instance SET trigger_timeout = now() - interval '1 second'"
        " WHERE state = 'awaiting_input' RETURNING task_id",
    )
    assert moved == [(f"{BOTH}.approve",)]
    assert wait_for(run, f"{BOTH}.approve") in ("failed", "up_for_retry")
    assert members(stack.home, BOTH) == before
    decided = "SELECT state, decision FROM operations.plan WHERE id = %s"
    assert stack.sql(decided, plan) == [("open", None)]
    # A newer plan takes its place, visibly, and waits in its turn.
    newer = stack.run("email_registry.cli", "sync", "--target", BOTH, "--date", stack.date)
    assert newer.returncode == 3, newer.stderr
    assert stack.sql(decided, plan) == [("superseded", None)]
    assert members(stack.home, BOTH) >= before


def wait_for(run: Waiting, task: str) -> str:
    """A task's state when it does not wait, run or queue any more."""
    deadline = time.monotonic() + SECONDS
    while (state := run.states()[task]) in (None, "awaiting_input", "deferred", "scheduled", "queued", "running"):
        assert time.monotonic() < deadline, run.states()
        time.sleep(0.5)
    return state
