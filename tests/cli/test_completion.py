"""Shell completion offers ids and names; it never fails, and never offers an address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import BashComplete

from email_registry import rights
from email_registry.cli.main import cli
from tests.cli.plan_rows import waiting_plan
from tests.offices import Office
from tests.rights.persons import TODAY, ask

LISTS = ["henkiloasiakkaat", "yritysasiakkaat"]


def offered(*words: str) -> list[str]:
    """What the shell would offer for the last of these words."""
    shell = BashComplete(cli, {}, "registry", "_REGISTRY_COMPLETE")
    return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    "words", [["list", "adopt"], ["list", "freeze"], ["sync", "--target"], ["rights", "erase", "--off"]]
)
def test_a_list_is_offered_by_its_name(registry_env: dict[str, str], words: list[str]) -> None:
    assert set(LISTS) <= set(offered(*words, ""))
    assert offered(*words, "yritysa") == ["yritysasiakkaat"]


def test_a_source_and_its_ways_are_offered(registry_env: dict[str, str]) -> None:
    assert "ura_persons" in offered("source", "extract", "ura")
    assert offered("source", "extract", "ura_persons", "--way", "vie") == ["view"]
    assert offered("source", "extract", "nothing", "--way", "") == []


def test_open_plans_and_open_cases_are_offered(registry_env: dict[str, str]) -> None:
    plan_id = waiting_plan(registry_env)
    case = rights.note_request(ask("aino.virtanen@sandbox-posti.fi", "2026/7"), "erase", TODAY)
    for command in ("show", "approve", "refuse"):
        assert offered("plan", command, "") == [plan_id]
    assert offered("rights", "dismiss", "--case", "20") == ["2026/7"]
    assert offered("rights", "dismiss", "--id", "") == [str(case.id)]


NOBODY = "postgresql+psycopg2://nobody:x@127.0.0.1:9/nothing"


@pytest.mark.parametrize(
    "variables", [{"REGISTRY_URL": NOBODY}, {"REGISTRY_URL": ""}, {"REGISTRY_POLICY": "/nowhere.yaml"}]
)
@pytest.mark.parametrize(
    "words", [["plan", "show"], ["list", "adopt"], ["rights", "dismiss", "--case"], ["source", "accept"]]
)
def test_nothing_is_offered_and_nothing_fails_when_something_is_not_reachable(
    registry_env: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    variables: dict[str, str],
    words: list[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    from_policy = words[0] in ("list", "source") and "REGISTRY_POLICY" not in variables
    assert bool(offered(*words, "")) == from_policy
    assert capfd.readouterr() == ("", "")


def test_no_address_is_offered(registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def open_cases(_: Any) -> list[dict[str, Any]]:
        return [{"id": 1, "case": "aino@posti.fi", "right": "erase"}, {"id": 2, "case": "2026/8", "right": "erase"}]

    monkeypatch.setattr(rights, "open_cases", open_cases)
    assert offered("rights", "dismiss", "--case", "") == ["2026/8"]
    assert offered("rights", "dismiss", "--id", "") == ["2"]


def test_the_shell_asks_the_command_itself(registry_env: dict[str, str], tmp_path: Path) -> None:
    office = Office(tmp_path, tmp_path, registry_env)
    words = {"COMP_WORDS": "registry list adopt yrity", "COMP_CWORD": "3", "_REGISTRY_COMPLETE": "bash_complete"}
    ended = office.registry(**words)
    assert ended.stdout.split() == ["plain,yritysasiakkaat"]
    assert ended.stderr == ""
