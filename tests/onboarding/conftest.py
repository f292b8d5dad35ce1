"""An office that has not gone live: people kept its lists for years."""

from __future__ import annotations

from pathlib import Path

import pytest

from chaos.webropol import BulletinList
from tests.list_syncs import TARGET
from tests.offices import Office
from tests.onboarding.rules import rule


@pytest.fixture
def admin_url(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    rule(monkeypatch, tmp_path)
    return office.environment["REGISTRY_ADMIN_URL"]


@pytest.fixture
def by_hand(office: Office) -> BulletinList:
    """The list as people change it in Webropol's own pages."""
    return BulletinList(office.home / "world.sqlite", office.list_id(TARGET))


@pytest.fixture
def live(admin_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The same office with live lists."""
    rule(monkeypatch, tmp_path, sync={"begins": "live"})
    return admin_url
