"""After an unclean end nothing is read before the server has come to rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml

from email_registry import sync
from email_registry.deliveries import RestDelivery
from email_registry.deliveries.interface import OutcomeUnknown
from email_registry.errors import DeliveryFailed
from email_registry.sync import quiesce
from tests.conftest import SANDBOX_POLICY
from tests.list_syncs import TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import register, run_sql

LONGEST = 7.0


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


@pytest.fixture
def waits(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> list[float]:
    """The seconds that were waited: the waiting itself is skipped."""
    policy = tmp_path_factory.mktemp("policy") / "policy.yaml"
    rules = {"extends": str(SANDBOX_POLICY), "webropol": {"longest_request_seconds": LONGEST}}
    policy.write_text(yaml.safe_dump(rules), encoding="utf-8")
    monkeypatch.setenv("REGISTRY_POLICY", str(policy))
    waited: list[float] = []
    monkeypatch.setattr(quiesce, "_wait", lambda run_id, seconds: waited.append(seconds))
    return waited


def unknown(self: RestDelivery, *given: object) -> None:
    raise OutcomeUnknown("no whole answer")


def test_after_a_clean_end_nobody_waits(admin_url: str, waits: list[float]) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    sync_once()
    assert waits == []


def test_an_answer_that_never_came_is_waited_for_before_the_read_and_again_by_the_next_sync(
    admin_url: str, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(3))
    with monkeypatch.context() as patch:
        patch.setattr(RestDelivery, "add", unknown)
        with pytest.raises(DeliveryFailed, match="3 added are not there"):
            sync_once()
    assert waits == [LONGEST]
    sync_once()
    assert len(waits) == 2
    assert 0 < waits[1] <= LONGEST


def test_a_task_that_takes_up_the_work_of_a_dead_one_waits_before_it_reads_back(
    admin_url: str, waits: list[float]
) -> None:
    register(admin_url, "person", people(3))
    plan = sync.make_plan(TARGET, TODAY, owner="one")
    assert plan.id is not None
    sync.apply(plan.id)  # and dies before it says so
    assert sync.read_back(plan.id, sync.apply(plan.id), owner="one")["verified"] == 1
    assert waits == [LONGEST]


def test_a_clock_that_was_ahead_makes_nobody_wait_for_years(
    admin_url: str, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(3))
    with monkeypatch.context() as patch:
        patch.setattr(RestDelivery, "add", unknown)
        with pytest.raises(DeliveryFailed):
            sync_once()
    run_sql(admin_url, "UPDATE operations.run SET ended_at = ended_at + interval '10 years' WHERE kind = 'sync'")
    sync_once(on=TODAY + timedelta(days=1))
    assert waits[1] == LONGEST
