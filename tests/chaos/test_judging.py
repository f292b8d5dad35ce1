"""The rig's judge: what it calls a fault, and what it does not, told from a log made by hand."""

from __future__ import annotations

import pytest

from chaos.judging import Row, judge
from chaos.people import People

ONE, OTHER = "one@sandbox-posti.fi", "other@sandbox-posti.fi"
ON_ITS_WAY = 3.0
EVENING, NIGHT = 0.0, 1_000.0


@pytest.fixture
def people() -> People:
    """One who is wanted since the evening."""
    made = People()
    made.come([ONE], EVENING)
    return made


def faults(
    people: People, *rows: tuple[float, str, bool], before: dict[str, int] | None = None, by_hand: tuple[int, ...] = ()
) -> dict[str, int]:
    """The kinds that were found, and in how many."""
    log = [Row(seq, at, email, added) for seq, (at, email, added) in enumerate(rows, 1)]
    there = {ONE: 1} if before is None else before
    found = judge(there, log, people, by_hand=by_hand, on_its_way=ON_ITS_WAY)
    return {kind: number for kind, number in found.counts().items() if number}


def test_a_list_that_is_right_has_no_fault(people: People) -> None:
    people.come([OTHER], NIGHT)
    assert faults(people, (NIGHT + 5, OTHER, True)) == {}


def test_somebody_twice_is_found_although_one_copy_went_again(people: People) -> None:
    assert faults(people, (NIGHT, ONE, True), (NIGHT + 1, ONE, False)) == {"duplicated": 1}


def test_who_is_wanted_and_not_there_is_lost_and_who_is_not_wanted_and_there_is_left_over(people: People) -> None:
    people.go([ONE], NIGHT)
    people.come([OTHER], NIGHT)
    assert faults(people) == {"not_listed": 1, "left_over": 1}


def test_a_removal_of_somebody_who_is_wanted_is_wrong(people: People) -> None:
    assert faults(people, (NIGHT, ONE, False), (NIGHT + 9, ONE, True)) == {"wrongly_removed": 1}


def test_a_removal_that_was_right_when_it_was_sent_is_right_when_it_is_applied(people: People) -> None:
    people.go([ONE], NIGHT)
    people.come([ONE], NIGHT + 10)
    late = (NIGHT + 10 + ON_ITS_WAY - 0.1, ONE, False)
    assert faults(people, late, (NIGHT + 20, ONE, True)) == {}
    later = (NIGHT + 10 + ON_ITS_WAY + 0.1, ONE, False)
    assert faults(people, later, (NIGHT + 20, ONE, True)) == {"wrongly_removed": 1}


def test_who_leaves_by_hand_is_not_removed_wrongly_and_is_not_to_be_put_back(people: People) -> None:
    people.leave([ONE], NIGHT)
    struck = (NIGHT, ONE, False)
    assert faults(people, struck, by_hand=(1,)) == {}
    found = faults(people, struck, (NIGHT + 10, ONE, True), (NIGHT + 20, ONE, False), by_hand=(1,))
    assert found == {"put_back": 1}


def test_who_left_and_comes_by_a_source_again_has_still_left(people: People) -> None:
    people.leave([ONE], NIGHT)
    people.go([ONE], NIGHT + 100)
    people.come([ONE], NIGHT + 200)
    assert faults(people, (NIGHT + 300, ONE, True), before={}) == {"put_back": 1, "left_over": 1}


def test_a_stranger_and_somebody_whom_no_source_brings_are_added_wrongly(people: People) -> None:
    assert faults(people, (NIGHT, OTHER, True), (NIGHT + 1, OTHER, False)) == {"wrongly_added": 1}
    people.go([ONE], NIGHT)
    gone = ((NIGHT + 10, ONE, False), (NIGHT + 20, ONE, True), (NIGHT + 30, ONE, False))
    assert faults(people, *gone) == {"wrongly_added": 1}


def test_in_whom_a_fault_was_found_is_not_judged_again(people: People) -> None:
    people.written_off.add(ONE)
    assert faults(people, before={}) == {}


def test_what_is_told_out_of_order_is_in_order(people: People) -> None:
    people.come([OTHER], NIGHT)
    people.go([OTHER], NIGHT - 2)
    assert people.throughout(OTHER, "absent", NIGHT + 1, NIGHT + 2)
    assert not people.throughout(OTHER, "wanted", NIGHT + 1, NIGHT + 2)
