"""Faults of Webropol: nobody is on a list twice, nobody is added or removed wrongly, nobody who left is put back."""

from __future__ import annotations

from collections import Counter

import pytest

from email_registry import plans, sync
from sandbox.webropol.troubles import LATE_SECONDS
from tests.faults.nights import Nights
from tests.faults.webropol_lists import AFFLICTED, ALL, WebropolLists

pytestmark = pytest.mark.after("second_night")


@pytest.fixture
def lists(nights: Nights) -> WebropolLists:
    return WebropolLists(nights)


def level_or_said_then_level(lists: WebropolLists, fault_id: str, *says: str, stops: frozenset[str] | None) -> None:
    lists.faulty(fault_id, *says, stops=stops)
    lists.level_or_said()
    lists.next_night()
    assert lists.doubled_at_any_moment() == 0


def level_when_run_again(lists: WebropolLists, fault_id: str) -> None:
    """As Airflow does at once where a task has failed. What comes late must not come on top of what is sent now."""
    lists.faulty(fault_id)
    lists.level_or_said()
    assert lists.stopped
    assert lists.nights.sync() == {}
    lists.stopped = {}
    lists.level_or_said()
    lists.next_night()
    assert lists.doubled_at_any_moment() == 0


NONE: frozenset[str] = frozenset()
ONE = frozenset({AFFLICTED})


def test_webropol_reply_lost(lists: WebropolLists) -> None:
    level_when_run_again(lists, "webropol-reply-lost")


def test_webropol_504_after_apply(lists: WebropolLists) -> None:
    level_when_run_again(lists, "webropol-504-after-apply")


def test_webropol_applied_late(lists: WebropolLists) -> None:
    lists.wait_for_answers(LATE_SECONDS + 1)
    level_when_run_again(lists, "webropol-applied-late")


def test_webropol_reset_midway(lists: WebropolLists) -> None:
    level_when_run_again(lists, "webropol-reset-midway")


def test_webropol_partial_errors(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-partial-errors", stops=None)
    assert lists.stopped


def test_webropol_removal_404(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-removal-404", stops=None)


def test_webropol_429_storm(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-429-storm", stops=NONE)


def test_webropol_429_endless(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-429-endless", "throttles and goes on throttling", stops=ALL)


def test_webropol_token_expired_midway(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-token-expired-midway", stops=NONE)


def test_webropol_401_always(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-401-always", "answered 401", stops=ALL)


def test_webropol_json_cut(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-json-cut", "with what is not JSON", stops=ALL)


def test_webropol_pages_shifting(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-pages-shifting", stops=ALL)


def test_webropol_pages_shrinking(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-pages-shrinking", stops=ALL)


def test_webropol_pages_looping(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-pages-looping", "a member came twice", stops=ALL)


def test_webropol_pages_cut(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-pages-cut", "were declared", stops=ALL)


def test_webropol_list_deleted(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-list-deleted", "the list is not there", stops=ONE)


def test_webropol_list_renamed(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-list-renamed", stops=NONE)


def test_webropol_list_twin(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-list-twin", "two lists", stops=ONE)


def test_webropol_list_empty_200(lists: WebropolLists) -> None:
    lists.faulty("webropol-list-empty-200", stops=NONE)
    assert set(lists.waiting()) == ONE
    lists.level_or_said()
    lists.next_night()
    assert lists.waiting() == {}


def test_webropol_lower_cased(lists: WebropolLists) -> None:
    level_or_said_then_level(lists, "webropol-lower-cased", stops=NONE)


def test_webropol_list_reset(lists: WebropolLists) -> None:
    """A person says that it is to be filled again."""
    lists.people_leave()
    lists.nights.office.advance("--fault", "webropol-list-reset")
    assert lists.nights.play() is None
    assert lists.nights.sync() == {}
    waiting = lists.waiting()
    assert set(waiting) == ONE
    assert lists.there()[AFFLICTED].total() == 0
    plans.decide(
        waiting[AFFLICTED],
        plans.Decision.APPROVED,
        by="test",
        why="the survey was reset",
        reset_answer=plans.ResetAnswer.REPUBLISH,
    )
    sync.apply_approved(waiting[AFFLICTED], owner="test")
    for target, there in lists.there().items():
        assert (there == Counter(lists.truth(target))) is True
    assert lists.put_back() == set()
    lists.next_night()
    assert lists.doubled_at_any_moment() == 0


def test_webropol_member_twice(lists: WebropolLists) -> None:
    lists.faulty("webropol-member-twice", stops=None)
    doubled = {target for target, there in lists.there().items() if max(there.values()) > 1}
    assert doubled <= set(lists.stopped)  # it does not pass for equal
    assert lists.doubled_at_any_moment() > 0
    lists.next_night()


def test_webropol_tag_dropped(lists: WebropolLists) -> None:
    """What is kept is not what was asked for: it is not asked for again, and becomes nobody's twin."""
    lists.faulty("webropol-tag-dropped", stops=None, nights=12)
    asked = {target: lists.truth(target) - set(before) for target, before in lists.before.items()}
    tagged = {email for emails in asked.values() for email in emails if "+" in email}
    assert tagged
    added = {email: lists.added(email) for email in tagged}  # some were there before, and had gone
    for _ in range(2):
        lists.assert_no_member_was_removed()
        for target, there in lists.there().items():
            assert max(there.values()) == 1
            assert (lists.truth(target) - set(there) <= tagged) is True
            assert (set(there) - lists.truth(target) <= {without_tag(email) for email in tagged}) is True
        before = lists.there()
        lists.nights.office.advance()
        assert lists.nights.play() is None
        lists.nights.sync()
        lists.before = before
    assert ({email: lists.added(email) for email in tagged} == added) is True
    assert lists.put_back() == set()


def without_tag(email: str) -> str:
    local, _, domain = email.partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def test_webropol_another_editor(lists: WebropolLists) -> None:
    """Who was struck has left, as far as anybody can see; the stranger is kept, as the policy says."""
    lists.people_leave()
    before = lists.there()
    lists.nights.office.advance("--fault", "webropol-another-editor")
    assert lists.nights.play() is None
    assert lists.nights.sync() == {}
    struck = {target: set(before[target] - there) & lists.truth(target) for target, there in lists.there().items()}
    strangers = {target: set(there) - lists.truth(target) for target, there in lists.there().items()}
    assert {len(emails) for emails in [*struck.values(), *strangers.values()]} == {1}
    everybody_struck = set().union(*struck.values())
    for _ in range(3):  # missing from a first read, and from a second; then off the lists that were synced before
        lists.nights.office.advance()
        assert lists.nights.play() is None
        assert lists.nights.sync() == {}
        for target, there in lists.there().items():
            assert struck[target] & set(there) == set()
            assert strangers[target] <= set(there)
            assert (lists.truth(target) - set(there) <= everybody_struck) is True
    for target, there in lists.there().items():
        assert (there == Counter(lists.truth(target) - everybody_struck | strangers[target])) is True
    assert lists.doubled_at_any_moment() == 0
    assert lists.put_back() == set()
