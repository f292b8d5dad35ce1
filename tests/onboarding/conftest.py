"""An office that has not gone live: its lists were kept by hand for years."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from chaos.webropol import BulletinList
from tests.conftest import SANDBOX_POLICY
from tests.list_syncs import TARGET
from tests.offices import Office

RULES: dict[str, Any] = {"sync": {"begins": "observed"}, "onboarding": {"observe_nights": 2, "pilot_nights": 2}}


def rule(monkeypatch: pytest.MonkeyPatch, folder: Path, **changes: Any) -> None:
    policy = folder / "office.yaml"
    policy.write_text(yaml.safe_dump({"extends": str(SANDBOX_POLICY), **RULES, **changes}), encoding="utf-8")
    monkeypatch.setenv("REGISTRY_POLICY", str(policy))


@pytest.fixture
def admin_url(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    rule(monkeypatch, tmp_path)
    return office.environment["REGISTRY_ADMIN_URL"]


@pytest.fixture
def by_hand(office: Office) -> BulletinList:
    """The list in Webropol's own pages."""
    return BulletinList(office.home / "world.sqlite", office.list_id(TARGET))
