"""One open run per kind and subject: who holds it, who resumes it, who takes it over."""

from __future__ import annotations

import os
import socket
from datetime import date

import pytest

from email_registry import runs
from email_registry.errors import Held, LeaseTaken, RegistryError
from email_registry.runs import RunKind
from tests.registry_rows import run_sql

TODAY = date(2026, 11, 23)


def fall_silent(environment: dict[str, str]) -> None:
    run_sql(environment["REGISTRY_ADMIN_URL"], "UPDATE operations.run SET heartbeat_at = now() - interval '16 minutes'")


def begin(owner: str, on: date = TODAY) -> int:
    return runs.begin("loader", RunKind.NIGHT, "registry", on, owner=owner)


def test_a_second_owner_is_refused_and_the_first_resumes(registry_env: dict[str, str]) -> None:
    first = begin("first")
    with pytest.raises(LeaseTaken, match="running already"):
        begin("second")
    assert begin("first") == first


def test_a_silent_run_is_taken_over_and_said_to_be_abandoned(registry_env: dict[str, str]) -> None:
    first = begin("first")
    child = runs.begin("loader", RunKind.LOAD, "person", TODAY, owner=f"night:{first}", parent_id=first)
    run_sql(
        registry_env["REGISTRY_ADMIN_URL"], "UPDATE operations.run SET heartbeat_at = now() - interval '16 minutes'"
    )
    assert begin("second") != first
    assert {runs.find("loader", run).state for run in (first, child)} == {"abandoned"}


def test_a_heartbeat_keeps_the_lease(registry_env: dict[str, str]) -> None:
    first = begin("first")
    run_sql(
        registry_env["REGISTRY_ADMIN_URL"], "UPDATE operations.run SET heartbeat_at = now() - interval '16 minutes'"
    )
    runs.heartbeat("loader", first)
    with pytest.raises(LeaseTaken):
        begin("second")


def test_a_step_that_lives_keeps_its_night(registry_env: dict[str, str]) -> None:
    first = begin("first")
    child = runs.begin("loader", RunKind.EXTRACT, "ura_persons", TODAY, owner=f"night:{first}", parent_id=first)
    for live in (
        lambda: runs.heartbeat("loader", child),
        lambda: runs.begin("loader", RunKind.LOAD, "person", TODAY, owner=f"night:{first}", parent_id=first),
    ):
        fall_silent(registry_env)
        live()
        with pytest.raises(LeaseTaken):
            begin("second")


def test_a_command_that_died_on_this_machine_gives_way_at_once(registry_env: dict[str, str]) -> None:
    dead = begin(f"process:{socket.gethostname()}:{2**22 + 1}")
    assert begin("second") != dead
    runs_elsewhere = runs.begin("loader", RunKind.LOAD, "person", TODAY, owner=f"process:elsewhere:{os.getpid()}")
    with pytest.raises(LeaseTaken):
        runs.begin("loader", RunKind.LOAD, "person", TODAY, owner="second")
    assert runs.find("loader", runs_elsewhere).state == "open"


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (Held("too many", runbook="approval"), "held", "too many"),
        (RegistryError("broken"), "failed", "broken"),
        (ValueError("matti@posti.fi"), "failed", "unexpected ValueError"),
    ],
)
def test_what_ends_a_run_is_written_down_without_a_foreign_text(
    registry_env: dict[str, str], error: Exception, state: str, reason: str
) -> None:
    with pytest.raises(type(error)), runs.running("loader", RunKind.LOAD, "person", TODAY, owner="one") as run_id:
        raise error
    ended = runs.find("loader", run_id)
    assert ended.state == state
    assert ended.reason is not None
    assert ended.reason.startswith(reason)
    assert "matti" not in ended.reason
