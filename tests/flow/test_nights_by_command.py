"""Nights by `./registry`: what a person without a browser sees, and what stays unchanged when something is wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from email_registry import sync
from email_registry.night import flow
from tests.offices import Office
from tests.registry_rows import addresses, run_sql

pytestmark = pytest.mark.stack


def play_healthy_night(office: Office) -> None:
    """Play a night that ends with its lists equal, in this process, where Great Expectations is imported once."""
    on = date.fromisoformat(office.date)
    flow.play(on, owner=f"night {on}", tell=lambda text: None)
    for target in office.targets:
        plan = sync.make_plan(target, on, owner=f"sync {target}")
        assert plan.id is not None
        sync.read_back(plan.id, sync.apply(plan.id), owner=f"sync {target}")
    assert office.differences() == {}


@pytest.fixture
def loaded(office: Office) -> Office:
    """The office after one healthy night, with its lists equal."""
    play_healthy_night(office)
    return office


def absent(office: Office) -> int:
    return int(
        run_sql(office.environment["REGISTRY_ADMIN_URL"], "SELECT count(absent_since) FROM registry.unseen")[0][0]
    )


@pytest.mark.parametrize("fault", ["ura-missing", "kasvucrm-down"])
def test_a_source_at_fault_removes_nobody_and_harms_no_other(loaded: Office, fault: str) -> None:
    admin_url = loaded.environment["REGISTRY_ADMIN_URL"]
    before = addresses(admin_url)
    loaded.advance("--fault", fault)
    ended = loaded.registry("night", "--date", loaded.date, "--json")
    assert ended.returncode == 3
    result = json.loads(ended.stdout)
    assert "nobody was removed on account of it" in result["error"]
    assert result["runbook"].startswith("docs/runbooks/")
    assert "@" not in ended.stdout + ended.stderr

    at_fault = "kasvucrm" if fault == "kasvucrm-down" else "ura"
    frozen = {"company"} if at_fault == "kasvucrm" else {"company", "person"}
    status = json.loads(loaded.registry("status", "--json").stdout)
    assert {row["audience"] for row in status["audiences"] if row["absences_skipped"]} == frozen
    assert all(row["passed"] == (at_fault not in row["source"]) for row in status["sources"])
    assert before <= addresses(admin_url)
    assert run_sql(
        admin_url,
        "SELECT count(*) FROM registry.unseen JOIN registry.address a ON a.id = address_id"
        " WHERE absent_since IS NOT NULL AND audience = ANY(%s)",
        list(frozen),
    ) == [(0,)]
    assert sum(row["new"] for row in status["audiences"]) > 0  # the healthy source's additions

    loaded.advance()
    play_healthy_night(loaded)


def test_the_same_night_twice_changes_nothing_twice(loaded: Office) -> None:
    again = json.loads(loaded.registry("night", "--date", loaded.date, "--json").stdout)
    assert all(counts["new"] == counts["absent"] == counts["returned"] == 0 for counts in again.values())
    synced = json.loads(loaded.registry("sync", "--date", loaded.date, "--json").stdout)
    assert all(target["done"]["added"] == target["done"]["removed"] == 0 for target in synced)


def test_a_sync_reports_that_webropol_is_down_and_the_next_one_catches_up(loaded: Office) -> None:
    loaded.advance("--fault", "webropol-down")
    flow.play(date.fromisoformat(loaded.date), owner="by night", tell=lambda text: None)
    ended = loaded.registry("sync", "--date", loaded.date, "--target", "henkiloasiakkaat")
    assert ended.returncode == 4
    assert "docs/runbooks/webropol.md" in ended.stderr
    loaded.advance()
    assert loaded.registry("night", "--date", loaded.date).returncode == 0
    assert loaded.registry("sync", "--date", loaded.date).returncode == 0
    assert loaded.differences() == {}


def test_a_connection_that_is_not_there_is_named_with_the_cure(loaded: Office) -> None:
    loaded.connect(kasvucrm=None)
    nights = "SELECT count(*) FROM operations.run WHERE kind = 'night'"
    before = run_sql(loaded.environment["REGISTRY_ADMIN_URL"], nights)
    ended = loaded.registry("night", "--date", loaded.date)
    assert ended.returncode == 2
    assert "before the night: connection kasvucrm is missing: it has no such entry" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert run_sql(loaded.environment["REGISTRY_ADMIN_URL"], nights) == before
    assert absent(loaded) == 0
    loaded.connect()
    play_healthy_night(loaded)

    loaded.connect(webropol=None)
    ended = loaded.registry("sync", "--target", "henkiloasiakkaat")
    assert (ended.returncode, "connection webropol is missing" in ended.stderr) == (2, True)


def test_a_sync_above_a_threshold_waits_and_is_approved_by_command(loaded: Office) -> None:
    admin_url = loaded.environment["REGISTRY_ADMIN_URL"]
    run_sql(
        admin_url,
        "INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address WHERE audience = 'person' LIMIT 150",
        loaded.date,
        loaded.date,
    )
    ended = loaded.registry("sync", "--target", "henkiloasiakkaat", "--date", loaded.date, "--json")
    assert ended.returncode == 3
    waiting = next(
        row for row in json.loads(loaded.registry("status", "--json").stdout)["targets"] if "waiting_plan" in row
    )
    plan = str(waiting["waiting_plan"])
    assert loaded.registry("plan", "approve", plan, "--why", "for matti@posti.fi").returncode == 2
    approved = loaded.registry("plan", "approve", plan, "--why", "the office moved", "--json")
    assert approved.returncode == 0
    assert json.loads(approved.stdout)["done"]["removed"] == 150
    assert loaded.registry("plan", "approve", plan, "--why", "again").returncode == 3
    (decision,) = run_sql(admin_url, "SELECT decision, decided_why FROM operations.plan WHERE id = %s", int(plan))
    assert decision == ("approved", "the office moved")


@pytest.mark.parametrize(
    ("arguments", "variables", "message"),
    [
        (["sync", "--target", "everybody"], {}, "no target is called everybody; the policy has henkiloasiakkaat"),
        (["night", "--date", "23.11.2026"], {}, "--date must be a day that exists"),
        (["status"], {"REGISTRY_URL": ""}, "REGISTRY_URL is not set"),
        (["status"], {"REGISTRY_URL": "postgresql://x@127.0.0.1/y"}, "must start with postgresql+psycopg2://"),
        (["night"], {"REGISTRY_POLICY": "/nowhere.yaml"}, "/nowhere.yaml is not there"),
        (["night"], {"REGISTRY_POLICY": "include/policy/pirkanmaa.yaml"}, "put in the id that Webropol gave"),
        (["nigth"], {}, "No such command 'nigth'"),
        (["sync", "--dryrun"], {}, "No such option"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(
    registry_env: dict[str, str], tmp_path: Path, arguments: list[str], variables: dict[str, str], message: str
) -> None:
    ended = Office(tmp_path, tmp_path, registry_env).registry(*arguments, **variables)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "command", [[], ["night"], ["sync"], ["plan", "approve"], ["expire"], ["status"], ["database"]]
)
def test_each_command_has_help(registry_env: dict[str, str], tmp_path: Path, command: list[str]) -> None:
    ended = Office(tmp_path, tmp_path, registry_env).registry(*command, "--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "Usage: registry" in ended.stdout
