"""Whether what is due goes at once, waits for a person, or may not go: counts and dates in, a decision out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_registry.expire.safety import Calendar, Verdict, judge
from email_registry.settings.retention_policy import Expiry, LegalHold
from email_registry.settings.shapes import SafetyLimit

LAST = date(2026, 11, 23)
RULES = Expiry(limit=SafetyLimit(share=0.1, floor=100))
HELD = RULES.model_copy(update={"legal_holds": (LegalHold(reference="KHO 1", audience="person", until=LAST),)})


def decided(due: int, addresses: int = 1000, *, days: int = 0, rules: Expiry = RULES, jump: int = 0) -> Verdict:
    """`days` after the last night, which came `jump` days after the one before it; a pause of fourteen is believed."""
    jumped = (LAST, LAST - timedelta(days=jump)) if jump > 14 else (None, None)
    return judge(
        "person", due, addresses, calendar=Calendar(LAST + timedelta(days=days), LAST, 14, *jumped), rules=rules
    )


@pytest.mark.parametrize(
    ("due", "addresses", "released"),
    [
        (0, 0, True),
        (100, 100, True),  # at the floor
        (101, 1010, True),  # at the share
        (101, 1009, False),
        (500, 5000, True),
        (501, 5000, False),
    ],
)
def test_above_the_share_and_the_floor_a_person_decides(due: int, addresses: int, released: bool) -> None:
    decision = decided(due, addresses)
    assert decision.released is released
    assert decision.waits == (None if released else f"{due} of {addresses} are due, above 10% and 100")


def test_a_day_long_after_the_last_night_waits_for_a_person_and_says_why() -> None:
    assert decided(1, days=14).released
    assert (
        decided(1, days=15).waits
        == "the date is 2026-12-08, 15 days after the last night (2026-11-23): is a clock fast?"
    )
    both = decided(900, days=3652).waits
    assert both is not None
    assert "3652 days after the last night" in both
    assert "900 of 1000 are due" in both


def test_a_day_before_the_last_night_waits_for_a_person_and_says_why() -> None:
    assert decided(1, days=-1).waits == "the date is 2026-11-22, and a night of 2026-11-23 is done: is a clock slow?"


def test_a_night_that_came_too_long_after_the_one_before_it_waits_for_a_person() -> None:
    """Whoever gave that night its date believed the clock; nobody is deleted for that alone."""
    assert decided(1, jump=14).released
    assert decided(1, days=1, jump=3652).waits == (
        "the night of 2026-11-23 came 3652 days after the one before it: was a clock fast?"
    )


@pytest.mark.parametrize(("days", "said"), [(-1, "is a clock slow?"), (3652, "is a clock fast?")])
def test_a_day_that_does_not_go_with_the_nights_and_on_which_nobody_is_due_is_told_and_asks_nobody(
    days: int, said: str
) -> None:
    decision = decided(0, days=days)
    assert decision.waits is None
    assert said in (decision.refused or "")


def test_without_any_night_there_is_nothing_to_hold_a_day_to() -> None:
    assert judge("person", 1, 10, calendar=Calendar(LAST, None, 14), rules=RULES).released


def test_a_hold_comes_before_an_approval() -> None:
    assert decided(900, rules=HELD) == Verdict(legal_holds=("KHO 1",))
    assert decided(900, rules=HELD, days=1).waits is not None
    assert judge("company", 1, 10, calendar=Calendar(LAST, LAST, 14), rules=HELD).released


@given(due=st.integers(0, 2000), others=st.integers(0, 5000), days=st.integers(-4000, 4000))
def test_nothing_is_released_that_is_too_much_or_of_a_day_that_is_not_believed(
    due: int, others: int, days: int
) -> None:
    decision = decided(due, due + others, days=days)
    assert sum((decision.released, decision.waits is not None, decision.refused is not None)) == 1
    too_many = due > 100 and due > 0.1 * (due + others)
    believed = 0 <= days <= 14
    assert (decision.refused is not None) is (not believed and not due)
    assert decision.released is (believed and not too_many)
