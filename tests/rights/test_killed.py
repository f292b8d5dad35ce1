"""An erasure may die at any moment (kill -9): with the same case once more it is whole, and nobody was put back."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from email_registry import audit
from email_registry.audit import journal
from tests.conftest import ROOT
from tests.list_syncs import ALL, TARGET, people, sync_once
from tests.offices import Office
from tests.registry_rows import addresses, register, run_sql
from tests.rights.persons import TODAY

pytestmark = pytest.mark.stack

PERSON = people(1)[0]
STEPS = [
    "rights/find",
    "rights/open",
    "audit/append",  # of the request
    "suppression/record",
    "rights/delete_listings",
    "rights/delete_address",
    "rights/mark_acted",
    "audit/append:2",  # of the erasure
    "audit/head:2",  # committed, not anchored
    "rights/find_stale_sheets",
    "runs/begin",  # of the first list
    "audit/append:3",  # who is to be taken off it
    "rights/note_off",
    "runs/begin:2",
    "rights/note_off:2",
    "rights/mark_done",
    "audit/append:5",  # the case ends
    "remove",
    "removing",
    "removed",
]


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_and_given_again(office: Office, step: str) -> None:
    admin_url = office.environment["REGISTRY_ADMIN_URL"]
    register(admin_url, "person", people(20))
    for target in (TARGET, ALL):
        sync_once(target)
    command = ["rights", "erase", "--case", "2026/1", "--identity", "passport", "--date", TODAY.isoformat(), "--json"]
    killed = given([sys.executable, "-m", "tests.faults.dying", step, *command], office)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if PERSON not in addresses(admin_url):
        assert len(list(journal.since(datetime(2000, 1, 1, tzinfo=UTC), None))) >= 2  # suppressed, deleted
    for target in (TARGET, ALL):
        if not run_sql(admin_url, "SELECT FROM operations.run WHERE state = 'running' AND subject = %s", target):
            sync_once(target)  # a night in between puts nobody back
    run_sql(admin_url, "UPDATE operations.run SET heartbeat_at = now() - interval '1 day' WHERE state = 'running'")

    again = given([sys.executable, "-m", "email_registry.cli", *command], office)
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["state"] == "done"
    assert PERSON not in addresses(admin_url)
    assert len(addresses(admin_url)) == 19
    for target in (TARGET, ALL):
        assert set(office.members(target).values()) == set(people(19, start=1))
    assert run_sql(admin_url, "SELECT reason FROM registry.suppression") == [("erasure",)]
    assert run_sql(admin_url, "SELECT count(*) FROM operations.rights_case") == [(1,)]
    audit.anchor()


def given(command: list[str], office: Office) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=office.environment, input=PERSON + "\n", capture_output=True, text=True, timeout=120
    )
