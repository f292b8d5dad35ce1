"""From observed to live and back by command: each tells what comes next, and ends with the code its help promises."""

from __future__ import annotations

import json
import os

import pytest

from chaos.webropol import BulletinList
from tests.list_syncs import TARGET, people
from tests.offices import Office
from tests.registry_rows import register

pytestmark = pytest.mark.stack

LIST = ("--date", "2026-11-23")


def test_from_observed_to_live_and_back_by_command(admin_url: str, by_hand: BulletinList, office: Office) -> None:
    policy = {"REGISTRY_POLICY": os.environ["REGISTRY_POLICY"]}
    register(admin_url, "person", people(8))
    by_hand.fill(people(5))

    def run(*arguments: str, code: int = 0) -> str:
        done = office.registry(*arguments, **policy)
        assert done.returncode == code, done.stderr
        assert "@" not in done.stdout + done.stderr
        return done.stdout + done.stderr

    output = run("sync", "--target", TARGET, *LIST)
    assert "observed" in output
    assert "2 nights were observed" in run("list", "checklist", TARGET)
    output = run("list", "adopt", TARGET, *LIST)
    assert "5 in both, 0 list only, 3 registry only" in output
    assert "sign-none-left" in output  # what comes next
    run("list", "sign-none-left", TARGET, code=2)
    run("list", "sign-none-left", TARGET, "--why", "never mailed")
    run("list", "pilot", *LIST)
    run("list", "pilot", "--date", "2026-11-24")
    run("sync", "--target", TARGET, "--date", "2026-11-24")
    run("list", "go-live", TARGET, code=2)
    assert "next: ./registry list go-live" in run("list", "checklist", TARGET)
    run("list", "go-live", TARGET, "--why", "all was seen")
    run("list", "go-live", TARGET, "--why", "twice", code=3)
    output = run("sync", "--target", TARGET, "--date", "2026-11-25")
    assert "3 added" in output
    status = json.loads(office.registry("status", "--json", **policy).stdout)
    row = next(row for row in status["targets"] if row["target"] == TARGET)
    assert (row["stage"], row["verified"]) == ("live", 1)
    assert "8 addresses in" in run("list", "hand-back", TARGET, "--why", "by hand again")
    assert "1 deleted" in run("list", "sheet-taken", TARGET)
    run("office", "close", code=0)
    run("office", "close", "--confirm", "somebody else", "--why", "wrong name", code=3)
    assert by_hand.members() == dict.fromkeys(people(8), 1)
