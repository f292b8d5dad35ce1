"""Everyone who unsubscribed at Webropol is suppressed, however we learn of it, and stays suppressed."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from pathlib import Path

import pytest

from email_registry import suppression, unsubscribes
from email_registry.boundaries.database import transaction
from email_registry.errors import DeliveryFailed, Held
from tests.list_syncs import ALL, TARGET, TODAY, people, sync_once
from tests.offices import Office
from tests.registry_rows import register, run_sql
from tests.unsubscribes.unsubscribers import answer_survey, drop_export


@pytest.fixture
def admin_url(office: Office) -> str:
    return office.environment["REGISTRY_ADMIN_URL"]


def read(**options: str) -> dict[str, int]:
    return dict(unsubscribes.read_unsubscribes(TODAY, owner="test", **options))


@pytest.mark.promise("objection")
def test_a_person_who_answered_the_survey_is_off_every_list_however_the_answer_spells_the_address(
    admin_url: str, office: Office
) -> None:
    register(admin_url, "person", people(30))
    sync_once()
    answer_survey(office, ["HENKILO0@sandbox-posti.fi ", *people(1, start=1), "", "ei osoite"])
    counts = read()
    assert (counts["survey"], counts["new"]) == (3, 3)
    assert sync_once()["removed"] == 2
    assert set(office.members(TARGET).values()) == set(people(28, start=2))
    assert sync_once(ALL)["added"] == 28
    assert read()["new"] == 0


def test_a_survey_of_more_than_one_page_is_read_whole(admin_url: str, office: Office) -> None:
    answer_survey(office, people(1203))
    assert read()["new"] == 1203


def test_pages_that_do_not_add_up_suppress_nobody(
    admin_url: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from email_registry.unsubscribes import survey

    answer_survey(office, people(600))
    read_page = survey._read_page
    monkeypatch.setattr(
        survey, "_read_page", lambda *args: (page := read_page(*args)) | {"SurveyAnswers": page["SurveyAnswers"][1:]}
    )
    with pytest.raises(DeliveryFailed, match="598 answers to the survey came, 600 were declared"):
        read()
    assert run_sql(admin_url, "SELECT count(*) FROM registry.suppression") == [(0,)]


def test_exports_are_read_and_deleted_and_their_names_decide_the_reason(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(5))
    files = [
        drop_export(office, "do-not-contact 2026.csv", people(2)),
        drop_export(office, "invalid.csv", people(1, start=2)),
    ]
    counts = read()
    assert (counts["do_not_contact"], counts["invalid"], counts["new"]) == (2, 1, 3)
    assert not any(file.exists() for file in files)
    reasons = run_sql(admin_url, "SELECT reason, count(*) FROM registry.suppression GROUP BY reason ORDER BY reason")
    assert reasons == [("do_not_contact", 2), ("invalid", 1)]
    assert sync_once()["added"] == 2


def test_an_export_of_a_whole_list_dropped_by_mistake_suppresses_nobody_until_it_is_accepted(
    admin_url: str, office: Office
) -> None:
    register(admin_url, "person", people(300))
    file = drop_export(office, "do-not-contact.csv", people(200))
    with pytest.raises(Held, match="names 200 of the registry's 300 addresses") as held:
        read()
    assert file.exists()
    assert run_sql(admin_url, "SELECT count(*) FROM registry.suppression") == [(0,)]
    digest = str(held.value.message).rsplit("--accept ", 1)[1].rstrip("`")
    drop_export(office, "do-not-contact.csv", people(201))
    with pytest.raises(Held, match="names 201"):
        read(accept=digest)  # another file than the one that was accepted
    drop_export(office, "do-not-contact.csv", people(200))
    assert read(accept=digest)["new"] == 200


@pytest.mark.parametrize("name", ["invalid.csv", "lista.csv"])
def test_a_file_that_cannot_be_read_or_placed_is_one_line_and_stays(admin_url: str, office: Office, name: str) -> None:
    file = drop_export(office, name, people(2), heading="Osoite")
    with pytest.raises((DeliveryFailed, Held)) as failure:
        read()
    assert "@" not in str(failure.value)
    assert file.exists()


@pytest.mark.promise("objection", "erasure")
def test_the_suppression_outlives_later_nights_the_erasure_and_a_change_of_key(admin_url: str, office: Office) -> None:
    register(admin_url, "person", people(2))
    answer_survey(office, people(1))
    read()
    keys = Path(office.environment["REGISTRY_SECRETS"]) / "suppression_keys.json"
    keys.write_text(json.dumps({**json.loads(keys.read_text()), "2": secrets.token_hex(32)}))
    run_sql(admin_url, "DELETE FROM registry.address WHERE email = %s", people(1)[0])
    register(admin_url, "person", people(1))  # a source still has them
    for day in range(3):
        assert sync_once(on=TODAY + timedelta(days=day))["listed"] == 1
    with transaction("list_sync") as database:
        assert suppression.load(database, ["person"]).contains("person", people(1)[0])
