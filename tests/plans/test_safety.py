"""The actions that are done at once, and those that wait: counts in, a report out."""

from __future__ import annotations

import pytest

from email_registry.plans import check_limits
from email_registry.settings.list_policy import ListSafetyLimit, Sync
from email_registry.settings.shapes import Range

RULES = Sync(
    unmanaged="keep",
    batch_size=100,
    removals=ListSafetyLimit(share=0.1, floor=10, first_night=Range(min=0, max=5)),
    additions=ListSafetyLimit(share=0.2, floor=20, first_night=Range(min=1, max=1000)),
    reset_floor=20,
    leaving_scope="all",
)


def judged(counts: dict[str, int], listed: int, seen: int | None = None, members: int | None = None) -> object:
    seen = listed if seen is None else seen
    report = check_limits(
        counts, listed=listed, listed_seen=seen, members=listed if members is None else members, rules=RULES
    )
    return report.released, report.waiting, report.reset


@pytest.mark.parametrize(
    ("counts", "listed", "report"),
    [
        ({}, 100, ((), (), False)),
        ({"add": 20, "remove": 10}, 100, (("remove", "add"), (), False)),
        ({"remove": 11}, 100, ((), ("remove",), False)),  # above the share and the floor
        ({"remove": 11}, 1000, (("remove",), (), False)),  # above the floor only
        ({"remove": 10}, 20, (("remove",), (), False)),  # above the share only
        ({"add": 21, "remove": 3}, 100, (("remove",), ("add",), False)),
        ({"add": 1000}, 0, (("add",), (), False)),
        ({"add": 1001}, 0, ((), ("add",), False)),
        ({"remove": 5}, 0, (("remove",), (), False)),
        ({"remove": 6}, 0, ((), ("remove",), False)),  # nobody of ours was ever seen on this list
        ({"duplicate": 11}, 100, ((), ("duplicate",), False)),
        ({"unmanaged": 5}, 100, ((), (), False)),  # kept by policy: counted, not done
    ],
)
def test_counts_above_the_share_and_the_floor_wait(counts: dict[str, int], listed: int, report: object) -> None:
    assert judged(counts, listed) == report


def test_a_list_without_any_of_its_many_members_was_reset_even_if_others_are_on_it() -> None:
    assert judged({"add": 20}, listed=20, seen=0, members=7) == ((), ("remove", "duplicate", "add"), True)
    assert judged({"add": 3}, listed=10, seen=0, members=7) == (("add",), (), False)


def test_a_loss_above_the_removal_limit_is_a_reset() -> None:
    assert judged({"add": 3}, listed=100, seen=90) == (("add",), (), False)
    assert judged({"add": 3}, listed=1000, seen=989) == (("add",), (), False)  # above the floor only
    assert judged({"add": 3}, listed=20, seen=10) == (("add",), (), False)  # above the share only
    assert judged({"add": 3}, listed=100, seen=89) == ((), ("remove", "duplicate", "add"), True)


def test_unmanaged_members_are_removed_only_if_the_policy_says_so() -> None:
    remove = RULES.model_copy(update={"unmanaged": "remove"})
    report = check_limits({"unmanaged": 5}, listed=100, listed_seen=100, members=105, rules=remove)
    assert report.released == ("unmanaged",)


def test_after_a_reset_the_removal_of_unmanaged_members_waits_only_if_the_policy_removes_them() -> None:
    remove = RULES.model_copy(update={"unmanaged": "remove"})
    report = check_limits({"unmanaged": 5}, listed=20, listed_seen=0, members=5, rules=remove)
    assert (report.waiting, report.reset) == (("remove", "duplicate", "unmanaged", "add"), True)


def test_a_closed_action_is_neither_done_nor_waiting() -> None:
    report = check_limits(
        {"add": 5, "remove": 1}, listed=100, listed_seen=100, members=100, rules=RULES, closed=["add"]
    )
    assert (report.released, report.waiting) == (("remove",), ())
    reset = check_limits({"add": 5}, listed=100, listed_seen=0, members=0, rules=RULES, closed=["add"])
    assert reset.waiting == ("remove", "duplicate")


def test_a_list_that_was_not_read_never_counts_as_reset() -> None:
    report = check_limits({"add": 5}, listed=100, listed_seen=0, members=0, rules=RULES, read=False)
    assert (report.released, report.reset) == (("add",), False)
