"""The sandbox's policy with other rules, for a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import SANDBOX_POLICY


def ruled(folder: Path, patch: pytest.MonkeyPatch, **changes: Any) -> Path:
    """From now on this process's policy is the sandbox's with `changes` over it."""
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump({"extends": str(SANDBOX_POLICY), **changes}), encoding="utf-8")
    patch.setenv("REGISTRY_POLICY", str(path))
    return path
