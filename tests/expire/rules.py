"""The sandbox's policy with changes, for a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import SANDBOX_POLICY


def use_policy(folder: Path, patch: pytest.MonkeyPatch, **changes: Any) -> Path:
    """Make this process use the sandbox's policy with `changes` over it. Returns the path of the policy."""
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump({"extends": str(SANDBOX_POLICY), **changes}), encoding="utf-8")
    patch.setenv("REGISTRY_POLICY", str(path))
    return path
