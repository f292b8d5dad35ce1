"""The policy of an office that has not gone live."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import SANDBOX_POLICY

RULES: dict[str, Any] = {"sync": {"begins": "observed"}, "onboarding": {"observe_nights": 2, "pilot_nights": 2}}


def rule(monkeypatch: pytest.MonkeyPatch, folder: Path, **changes: Any) -> None:
    policy = folder / "office.yaml"
    policy.write_text(yaml.safe_dump({"extends": str(SANDBOX_POLICY), **RULES, **changes}), encoding="utf-8")
    monkeypatch.setenv("REGISTRY_POLICY", str(policy))
