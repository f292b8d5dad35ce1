"""An objection that was taken back stays so: what was said before it says nothing, what is said after it counts."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest

from email_registry import rights, unsubscribes
from email_registry.settings import utc_now
from tests.list_syncs import people
from tests.offices import Office
from tests.registry_rows import register, run_sql
from tests.rights.persons import TODAY, ask
from tests.unsubscribes.unsubscribers import answer_survey, drop_export

PERSON, OTHER = people(2)


@pytest.fixture
def admin_url(office: Office) -> str:
    url = office.environment["REGISTRY_ADMIN_URL"]
    register(url, "person", people(30))
    register(url, "company", people(30))
    return url


def taken_back(url: str, scope: str = "all") -> datetime:
    """Both objected and are off every list; one takes it back. Returns when."""
    for email in (PERSON, OTHER):
        done = rights.object_(ask(email), TODAY)
        assert not rights.confirm(done.case.id, TODAY, owner="test", by="officer")
    rights.withdraw(ask(PERSON), TODAY, scope=scope)
    return utc_now()


def suppressed(url: str) -> list[tuple[str, str]]:
    return run_sql(url, "SELECT scope, reason FROM registry.suppression ORDER BY scope, reason")


@pytest.mark.parametrize(("days", "stays"), [(-2, []), (2, [("all", "left")])])
def test_an_answer_counts_by_when_it_was_given(admin_url: str, office: Office, days: int, stays: list[object]) -> None:
    day = (taken_back(admin_url) + timedelta(days=days)).date().isoformat()
    answer_survey(office, [PERSON.upper()], day)
    unsubscribes.read_unsubscribes(TODAY, owner="test")
    assert suppressed(admin_url) == sorted([("all", "objection"), *stays])


@pytest.mark.parametrize(("hours", "stays"), [(-1, []), (1, [("all", "do_not_contact")])])
def test_an_export_counts_by_when_it_was_made(admin_url: str, office: Office, hours: int, stays: list[object]) -> None:
    moment = (taken_back(admin_url) + timedelta(hours=hours)).timestamp()
    path = drop_export(office, "do-not-contact.csv", [PERSON])
    os.utime(path, (moment, moment))
    unsubscribes.read_unsubscribes(TODAY, owner="test")
    assert suppressed(admin_url) == sorted([*stays, ("all", "objection")])


def test_what_was_taken_back_for_one_audience_counts_for_the_other(admin_url: str, office: Office) -> None:
    day = (taken_back(admin_url, scope="person") - timedelta(days=2)).date().isoformat()
    answer_survey(office, [PERSON, OTHER], day)
    unsubscribes.read_unsubscribes(TODAY, owner="test")
    assert suppressed(admin_url) == [("all", "objection"), ("company", "objection")]


def test_an_answer_without_a_time_counts(admin_url: str, office: Office) -> None:
    taken_back(admin_url)
    answer_survey(office, [PERSON], "pian")
    unsubscribes.read_unsubscribes(TODAY, owner="test")
    assert ("all", "left") in suppressed(admin_url)
