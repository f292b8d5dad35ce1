"""Two years by a simulated clock: every address is deleted on its day, or as soon as what it waits for has happened."""

from __future__ import annotations

import os
from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import Database
from tests.expire.rules import use_policy
from tests.expire.simulation import RULES, Office, events_of

DAYS = int(os.environ.get("DAYS", "730"))
EXAMPLES = int(os.environ.get("EXAMPLES", "1"))
FIRST = date(2026, 1, 15)  # two springs and two autumns: the clock changes four times


@pytest.mark.faults
@settings(
    max_examples=EXAMPLES, deadline=None, phases=[Phase.generate], derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(seed=st.integers(0, 2**32))
def test_every_address_is_deleted_on_its_day_and_none_before(
    seed: int, registry_env: dict[str, str], registry_database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGISTRY_HOME", str(tmp_path_factory.mktemp("home")))
        use_policy(tmp_path_factory.mktemp("rules"), patch, **RULES)
        office = Office(registry_env["REGISTRY_ADMIN_URL"], patch, seed)
        try:
            office.nights.sql("TRUNCATE operations.run, registry.address, audit.event CASCADE")
            seen = office.play(FIRST, DAYS)
        finally:
            office.nights.close()
    if DAYS >= 730:
        assert [event for event, happened in events_of(seen).items() if not happened] == []
