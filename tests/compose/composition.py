"""docker-compose.yaml as data, its variables filled in as an engine would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yaml"
SANDBOX_ENV = ROOT / "docker" / "sandbox.env"

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


def composition(variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The file with `${NAME:-default}` filled in. KeyError for a variable without a default."""
    given = variables or {}

    def filled(match: re.Match[str]) -> str:
        name, default = match.groups()
        return given[name] if default is None else given.get(name) or default

    content: dict[str, Any] = yaml.safe_load(VARIABLE.sub(filled, FILE.read_text()))
    return content


def services() -> dict[str, dict[str, Any]]:
    """Service -> its settings, merges resolved."""
    found: dict[str, dict[str, Any]] = composition()["services"]
    return found


def sandbox_variables() -> dict[str, str]:
    """What docker/sandbox.env sets."""
    lines = [line for line in SANDBOX_ENV.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def secrets_of(service: Mapping[str, Any]) -> dict[str, str]:
    """Name under /run/secrets -> the file's secret."""
    named = [{"source": one} if isinstance(one, str) else one for one in service.get("secrets", ())]
    return {one.get("target", one["source"]): one["source"] for one in named}
