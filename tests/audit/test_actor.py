"""Who is written down as having acted."""

from __future__ import annotations

import pytest

from email_registry import audit
from email_registry.boundaries.database import transaction
from email_registry.settings import utc_now
from tests.registry_rows import run_sql


def test_an_account_that_is_spelled_as_an_address_can_act(
    registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_ACTOR", "virkailija@te-toimisto.fi")
    with transaction("loader") as database:
        audit.append(database, "load", "person", {"new": 1}, run_id=None, at=utc_now())
    events = run_sql(registry_env["REGISTRY_ADMIN_URL"], "SELECT actor FROM audit.event")
    assert events == [("virkailija at te-toimisto.fi",)]
