"""The rig's judge: what it counts as a fault in a log that is made by hand, and what it does not."""

from __future__ import annotations

import pytest

from chaos.judging import Row, judge
from chaos.people import People

ONE, OTHER = "one@sandbox-posti.fi", "other@sandbox-posti.fi"
ON_ITS_WAY = 3.0
EVENING, NIGHT = 0.0, 1_000.0


@pytest.fixture
def people() -> People:
    """People with one person who is wanted since the evening."""
    people = People()
    people.come([ONE], EVENING)
    return people


def faults(
    people: People, *rows: tuple[float, str, bool], before: dict[str, int] | None = None, by_hand: tuple[int, ...] = ()
) -> dict[str, int]:
    """Return the kinds of faults, each with its number of people."""
    log = [Row(seq, at, email, added) for seq, (at, email, added) in enumerate(rows, 1)]
    members = {ONE: 1} if before is None else before
    result = judge(members, log, people, by_hand=by_hand, on_its_way=ON_ITS_WAY)
    return {kind: number for kind, number in result.counts().items() if number}


def test_a_list_that_is_right_has_no_fault(people: People) -> None:
    people.come([OTHER], NIGHT)
    assert faults(people, (NIGHT + 5, OTHER, True)) == {}


def test_somebody_on_the_list_twice_is_a_fault_although_one_copy_was_removed_again(people: People) -> None:
    assert faults(people, (NIGHT, ONE, True), (NIGHT + 1, ONE, False)) == {"duplicated": 1}


def test_a_wanted_person_off_the_list_is_not_listed_and_an_unwanted_person_on_it_is_left_over(people: People) -> None:
    people.go([ONE], NIGHT)
    people.come([OTHER], NIGHT)
    assert faults(people) == {"not_listed": 1, "left_over": 1}


def test_removing_somebody_who_is_wanted_is_wrong(people: People) -> None:
    assert faults(people, (NIGHT, ONE, False), (NIGHT + 9, ONE, True)) == {"wrongly_removed": 1}


def test_a_removal_that_was_right_when_it_was_sent_is_right_when_it_is_applied(people: People) -> None:
    people.go([ONE], NIGHT)
    people.come([ONE], NIGHT + 10)
    late = (NIGHT + 10 + ON_ITS_WAY - 0.1, ONE, False)
    assert faults(people, late, (NIGHT + 20, ONE, True)) == {}
    later = (NIGHT + 10 + ON_ITS_WAY + 0.1, ONE, False)
    assert faults(people, later, (NIGHT + 20, ONE, True)) == {"wrongly_removed": 1}


def test_a_person_who_leaves_by_hand_is_not_wrongly_removed_and_may_not_be_put_back(people: People) -> None:
    people.leave([ONE], NIGHT)
    struck = (NIGHT, ONE, False)
    assert faults(people, struck, by_hand=(1,)) == {}
    later = faults(people, struck, (NIGHT + 10, ONE, True), (NIGHT + 20, ONE, False), by_hand=(1,))
    assert later == {"put_back": 1}


def test_a_person_who_left_stays_off_although_a_source_brings_them_again(people: People) -> None:
    people.leave([ONE], NIGHT)
    people.go([ONE], NIGHT + 100)
    people.come([ONE], NIGHT + 200)
    assert faults(people, (NIGHT + 300, ONE, True), before={}) == {"put_back": 1, "left_over": 1}


def test_adding_a_stranger_or_somebody_whom_no_source_brings_is_wrong(people: People) -> None:
    assert faults(people, (NIGHT, OTHER, True), (NIGHT + 1, OTHER, False)) == {"wrongly_added": 1}
    people.go([ONE], NIGHT)
    lines = ((NIGHT + 10, ONE, False), (NIGHT + 20, ONE, True), (NIGHT + 30, ONE, False))
    assert faults(people, *lines) == {"wrongly_added": 1}


def test_a_person_with_a_fault_is_not_judged_again(people: People) -> None:
    people.written_off.add(ONE)
    assert faults(people, before={}) == {}


def test_moves_that_are_noted_out_of_order_are_put_in_order(people: People) -> None:
    people.come([OTHER], NIGHT)
    people.go([OTHER], NIGHT - 2)
    assert people.throughout(OTHER, "absent", NIGHT + 1, NIGHT + 2)
    assert not people.throughout(OTHER, "wanted", NIGHT + 1, NIGHT + 2)
