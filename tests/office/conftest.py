"""`registry init` as a person runs it, in this process, with answers in a file or typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from email_registry.cli.main import cli

EXAMPLE = Path(__file__).resolve().parents[2] / "include" / "policy" / "answers.example.yaml"

Init = Callable[..., Result]


@pytest.fixture
def answers() -> dict[str, Any]:
    """Those of the example, to be changed."""
    found: dict[str, Any] = deepcopy(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")))
    return found


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "office.yaml"


@pytest.fixture
def init(tmp_path: Path, out: Path) -> Init:
    """Run it on answers, or on what is typed."""

    def run(given: Mapping[str, Any] | None = None, *options: str, typed: str | None = None) -> Result:
        if given is not None:
            file = tmp_path / "answers.yaml"
            file.write_text(yaml.safe_dump(given, allow_unicode=True, sort_keys=False), encoding="utf-8")
            options = ("--from", str(file), *options)
        result = CliRunner().invoke(cli, ["init", "--out", str(out), *options], input=typed, prog_name="registry")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run
