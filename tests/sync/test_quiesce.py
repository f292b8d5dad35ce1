"""After an unclean end nothing is read before every request has taken effect or cannot any more."""

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

LONGEST_SECONDS = 7.0


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


@pytest.fixture
def waits(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> list[float]:
    """The seconds of each wait. The waiting itself is skipped."""
    policy = tmp_path_factory.mktemp("policy") / "policy.yaml"
    rules = {"extends": str(SANDBOX_POLICY), "webropol": {"longest_request_seconds": LONGEST_SECONDS}}
    policy.write_text(yaml.safe_dump(rules), encoding="utf-8")
    monkeypatch.setenv("REGISTRY_POLICY", str(policy))
    waited: list[float] = []
    monkeypatch.setattr(quiesce, "_wait", lambda run_id, seconds: waited.append(seconds))
    return waited


def unknown(self: RestDelivery, *arguments: object) -> None:
    raise OutcomeUnknown("no whole answer")


def test_after_a_clean_end_the_next_sync_does_not_wait(admin_url: str, waits: list[float]) -> None:
    register(admin_url, "person", people(3))
    sync_once()
    sync_once()
    assert waits == []


def test_after_a_request_without_an_answer_the_read_back_waits_and_so_does_the_next_sync(
    admin_url: str, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(3))
    with monkeypatch.context() as patch:
        patch.setattr(RestDelivery, "add", unknown)
        with pytest.raises(DeliveryFailed, match="3 added are not there"):
            sync_once()
    assert waits == [LONGEST_SECONDS]
    sync_once()
    assert len(waits) == 2
    assert 0 < waits[1] <= LONGEST_SECONDS


def test_a_task_that_resumes_after_a_death_waits_before_it_reads_back(admin_url: str, waits: list[float]) -> None:
    register(admin_url, "person", people(3))
    plan = sync.make_plan(TARGET, TODAY, owner="one")
    assert plan.id is not None
    sync.apply(plan.id)  # the task dies before it stores its result
    assert sync.read_back(plan.id, sync.apply(plan.id), owner="one")["verified"] == 1
    assert waits == [LONGEST_SECONDS]


def test_a_clock_that_was_ahead_does_not_make_the_sync_wait_for_years(
    admin_url: str, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    register(admin_url, "person", people(3))
    with monkeypatch.context() as patch:
        patch.setattr(RestDelivery, "add", unknown)
        with pytest.raises(DeliveryFailed):
            sync_once()
    run_sql(admin_url, "UPDATE operations.run SET ended_at = ended_at + interval '10 years' WHERE kind = 'sync'")
    sync_once(on=TODAY + timedelta(days=1))
    assert waits[1] == LONGEST_SECONDS
