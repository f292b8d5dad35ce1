"""Off the lists once, and back if a source brings it: unless the person, or somebody for them, says more meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from email_registry import rights, suppression, unsubscribes
from email_registry.boundaries.database import transaction
from email_registry.rights import list_removal
from email_registry.suppression import Reason
from email_registry.suppression.key_rotation import rotate
from tests.list_syncs import ALL, TARGET, people, sync_once
from tests.offices import Office
from tests.registry_rows import register, run_sql
from tests.rights.persons import TODAY, ask
from tests.unsubscribes.unsubscribers import answer_survey, drop_export

pytestmark = pytest.mark.stack

PERSON = people(1)[0]


@pytest.fixture
def admin_url(office: Office) -> str:
    """Thirty persons on their lists, one of whom is taken off once."""
    url = office.environment["REGISTRY_ADMIN_URL"]
    register(url, "person", people(30))
    for target in (TARGET, ALL):
        sync_once(target)
    return url


def suppressed(url: str) -> list[tuple[str, int]]:
    return run_sql(url, "SELECT reason, key_version FROM registry.suppression ORDER BY 1, 2")


def off_once() -> rights.Case:
    return rights.rectify(ask(PERSON), TODAY, remove=True).case


def confirmed_and_brought(url: str) -> int:
    """Every case is confirmed; a source brings the address again. How many the sync adds."""
    assert rights.confirm_all(TODAY, owner="test")["waiting"] == 0
    register(url, "person", [PERSON])
    return int(sync_once(TARGET)["added"])


def objects(_: Office) -> None:
    rights.object_(ask(PERSON), TODAY)


def erases(_: Office) -> None:
    rights.erase(ask(PERSON), TODAY)


def answers_the_survey(office: Office) -> None:
    answer_survey(office, [PERSON])
    assert unsubscribes.read_unsubscribes(TODAY, owner="test")["new"] == 1


def is_on_do_not_contact(office: Office) -> None:
    drop_export(office, "do-not-contact.csv", [PERSON])
    assert unsubscribes.read_unsubscribes(TODAY, owner="test")["new"] == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (objects, "objection"),
        (erases, "erasure"),
        (answers_the_survey, "left"),
        (is_on_do_not_contact, "do_not_contact"),
    ],
)
def test_what_was_said_while_the_case_was_open_stays(
    admin_url: str, office: Office, said: Callable[[Office], None], reason: str
) -> None:
    off_once()
    assert suppressed(admin_url) == [("relist", 1)]
    said(office)
    assert suppressed(admin_url) == [(reason, 1)]
    assert confirmed_and_brought(admin_url) == 0
    assert suppressed(admin_url) == [(reason, 1)]


def test_under_a_key_that_came_between_the_request_and_the_act_it_comes_back_too(admin_url: str) -> None:
    request = ask(PERSON)
    rights.note_request(request, "rectify", TODAY, relist=True)
    rotate(by="officer", why="yearly")
    rights.rectify(request, TODAY, remove=True)
    assert suppressed(admin_url) == [("relist", 2)]
    assert confirmed_and_brought(admin_url) == 1
    assert suppressed(admin_url) == []


def test_and_an_objection_under_a_newer_key_stays(admin_url: str) -> None:
    off_once()
    rotate(by="officer", why="yearly")
    rights.object_(ask(PERSON), TODAY)
    assert confirmed_and_brought(admin_url) == 0
    assert ("objection", 2) in suppressed(admin_url)


def test_a_case_ends_once_though_two_see_to_it(admin_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The officer is done, and another such case came, while the daily run still has the list of what was open."""
    case, note, came = off_once(), list_removal._note_off, []

    def meanwhile(name: str, *given: object, **more: object) -> None:
        note(name, *given, **more)  # type: ignore[arg-type]
        if name == ALL and not came:
            came.append(name)
            assert not rights.confirm(case.id, TODAY, owner="officer", by="officer")
            register(admin_url, "person", [PERSON])
            rights.erase(ask(PERSON), TODAY)

    monkeypatch.setattr(list_removal, "_note_off", meanwhile)
    rights.confirm_all(TODAY, owner="daily")
    assert came
    assert suppressed(admin_url) == [("erasure", 1)]
    events = run_sql(admin_url, "SELECT count(*) FROM audit.event WHERE action = 'confirm' AND subject = 'rectify'")
    assert events == [(1,)]


def test_recorded_twice_it_is_there_once_and_a_lesser_word_does_not_end_a_stronger_one(admin_url: str) -> None:
    rights.object_(ask(PERSON), TODAY)
    with transaction("list_sync") as database:
        assert suppression.record(database, [PERSON], "all", Reason.RELIST, TODAY) == 0
        assert suppression.record(database, [PERSON], "all", Reason.LEFT, TODAY) == 0
    assert suppressed(admin_url) == [("objection", 1)]
