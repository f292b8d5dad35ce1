"""`registry plan`: which plans are open, what one would do, and a decision by which nothing is done."""

from __future__ import annotations

import json

from tests.cli.command_line import registry
from tests.cli.plan_rows import TARGET, waiting_plan


def test_open_plans_are_listed_with_what_waits(registry_env: dict[str, str]) -> None:
    assert registry("plan", "list").stdout == "no plan is open\n"
    plan_id = waiting_plan(registry_env)
    line = registry("plan", "list").stdout
    assert line.startswith(f"plan {plan_id} of {TARGET}, 2026-11-23: waits: remove: 150 removals of 400")
    (row,) = json.loads(registry("plan", "list", "--json").stdout)
    assert (str(row["id"]), row["counts"]) == (plan_id, {"add": 2, "remove": 150})


def test_a_plan_is_shown_and_refused(registry_env: dict[str, str]) -> None:
    plan_id = waiting_plan(registry_env)
    shown = registry("plan", "show", plan_id)
    assert shown.exit_code == 0
    assert "remove 150" in shown.stdout
    assert "above 10% and 100" in shown.stdout
    refused = registry("plan", "refuse", plan_id, "--why", "the source was wrong")
    assert refused.stdout == f"plan {plan_id}: refused\n"
    assert json.loads(registry("plan", "show", plan_id, "--json").stdout)["decision"] == "refused"
    assert registry("plan", "approve", plan_id, "--why", "after all").exit_code == 3


def test_a_plan_that_is_not_there_and_a_decision_without_a_reason(registry_env: dict[str, str]) -> None:
    assert registry("plan", "show", "7").exit_code == 3
    assert registry("plan", "refuse", "7").exit_code == 2
