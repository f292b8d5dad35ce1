"""The sandbox as a program of its own: made, served, found again, stopped."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from local.commands import base_environment, find, start_module, stop_tree
from local.errors import LocalError
from local.postgres import Server
from local.sandbox_process import Sandbox


@pytest.fixture
def sandbox(tmp_path: Path, postgres: Server) -> Iterator[Sandbox]:
    made = Sandbox(tmp_path / "sandbox", tmp_path / "sandbox.log")
    made.create(60, 7, postgres.ura_url)
    yield made
    made.stop()


def test_it_serves_until_it_is_stopped_and_a_second_start_takes_the_first(sandbox: Sandbox) -> None:
    assert sandbox.exists()
    served = sandbox.serve()
    assert sandbox.serve() == served
    contract = requests.get(served["webropol"]["base"] + "/lists/openapi.json", timeout=5).json()
    assert contract["openapi"].startswith("3.")
    assert sandbox.stop()
    assert not sandbox.stop()
    assert not psutil.pid_exists(served["pid"])


def test_endpoints_that_outlived_their_server_are_not_believed(sandbox: Sandbox) -> None:
    served = sandbox.serve()
    os.kill(served["pid"], signal.SIGKILL)
    psutil.Process(served["pid"]).wait(timeout=5)
    assert (sandbox.home / "endpoints.json").exists()
    assert sandbox.endpoints() is None
    assert sandbox.serve()["pid"] != served["pid"]


def test_nights_and_lists_are_read_from_outside(sandbox: Sandbox, postgres: Server) -> None:
    number, date, fault = sandbox.night()
    assert (number, fault) == (1, None)
    sandbox.advance(postgres.ura_url, "ura-empty")
    later, next_date, fault = sandbox.night()
    assert (later, fault, (next_date - date).days) == (2, "ura-empty", 1)
    assert sandbox.held_lists()
    assert {row["name"] for row in sandbox.lists()} == {"henkiloasiakkaat", "yritysasiakkaat", "kaikki_asiakkaat"}


def test_what_the_sandbox_complains_of_is_passed_on_in_its_own_line(sandbox: Sandbox, postgres: Server) -> None:
    with pytest.raises(LocalError, match=r"^sandbox: there is no fault of that name") as refused:
        sandbox.advance(postgres.ura_url, "no-such-fault")
    assert "\n" not in str(refused.value)


def test_a_fault_is_known_before_anything_is_made(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "sandbox", tmp_path / "sandbox.log")
    sandbox.check_fault("ura-empty")
    sandbox.check_fault(None)
    with pytest.raises(LocalError, match=r"there is no fault ura-emtpy; there are: .*ura-empty"):
        sandbox.check_fault("ura-emtpy")
    assert not sandbox.home.exists()


def test_a_program_just_started_is_found_although_its_command_line_comes_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, empty = psutil.Process.cmdline, iter([[], [], []])
    monkeypatch.setattr(psutil.Process, "cmdline", lambda process: [] if next(empty, None) == [] else real(process))
    pid = start_module(["http.server", "--bind=127.0.0.1", "0"], base_environment(), tmp_path / "log")
    process = find(pid, "http.server")
    assert process is not None
    stop_tree([process])


def test_a_sandbox_that_does_not_start_says_why_and_where_more_is(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path / "nowhere", tmp_path / "sandbox.log")
    with pytest.raises(LocalError, match=r"does not start \(.*nowhere.*\): see .*sandbox\.log$"):
        sandbox.serve()
