"""What a newcomer relies on: one version, hooks that run what `make check` runs, a limit on every test."""

from __future__ import annotations

import re
import subprocess
import tomllib
from typing import Any

import yaml

from email_registry.settings.environment import version
from tests.layout.sources import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_version_stands_in_one_place() -> None:
    assert version() == PROJECT["project"]["version"]
    printed = subprocess.run([ROOT / "registry", "--version"], capture_output=True, text=True, check=True, timeout=60)
    assert printed.stdout == f"registry, version {version()}\n"


def test_the_hooks_run_what_make_check_runs_before_the_tests() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", makefile, flags=re.MULTILINE)
    assert recipe
    commands = [line.strip().lstrip("@").replace("$(PY)", ".venv/bin/python") for line in recipe[1].splitlines()]
    assert commands.pop() == "$(MAKE) --no-print-directory test"
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    entries = [hook["entry"].removeprefix("env ") for hook in local["hooks"]]
    assert [command for command in commands if command not in entries] == []
    assert {hook["language"] for hook in local["hooks"]} == {"system"}


def test_a_test_that_hangs_fails() -> None:
    options = PROJECT["tool"]["pytest"]["ini_options"]
    assert 0 < options["timeout"] <= 120
    assert options["timeout_method"] == "signal"


def test_each_row_of_renamed_terms_has_its_four_cells() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    section = changes.split("\n## Renamed terms\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    assert len(rows) > 100
    assert [row for row in rows if len(row.strip("|").split("|")) != 4] == []
