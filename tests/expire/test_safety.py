"""Whether due addresses are deleted at once, wait for a person, or must stay: counts and dates in, a verdict out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from email_registry.expire.safety import Calendar, LimitReport, check_limit
from email_registry.settings.retention_policy import Expiry, LegalHold
from email_registry.settings.shapes import SafetyLimit

LAST = date(2026, 11, 23)
RULES = Expiry(limit=SafetyLimit(share=0.1, floor=100))
UNDER_LEGAL_HOLD = RULES.model_copy(
    update={"legal_holds": (LegalHold(reference="KHO 1", audience="person", until=LAST),)}
)


def judged(due: int, addresses: int = 1000, *, days: int = 0, rules: Expiry = RULES, jump: int = 0) -> LimitReport:
    """Judge `days` after the last night, which came `jump` days after the one before it. A pause of 14 is believed."""
    jumped = (LAST, LAST - timedelta(days=jump)) if jump > 14 else (None, None)
    return check_limit(
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
    verdict = judged(due, addresses)
    assert verdict.released is released
    assert verdict.waits == (None if released else f"{due} of {addresses} are due, above 10% and 100")


def test_a_date_long_after_the_last_night_waits_for_a_person_and_says_why() -> None:
    assert judged(1, days=14).released
    assert (
        judged(1, days=15).waits
        == "the date is 2026-12-08, 15 days after the last night (2026-11-23): is a clock fast?"
    )
    both = judged(900, days=3652).waits
    assert both is not None
    assert "3652 days after the last night" in both
    assert "900 of 1000 are due" in both


def test_a_date_before_the_last_night_waits_for_a_person_and_says_why() -> None:
    assert judged(1, days=-1).waits == "the date is 2026-11-22, and a night of 2026-11-23 is done: is a clock slow?"


def test_a_night_that_came_too_long_after_the_one_before_it_waits_for_a_person() -> None:
    """The night's date may come from a wrong clock, so that alone deletes nobody."""
    assert judged(1, jump=14).released
    assert judged(1, days=1, jump=3652).waits == (
        "the night of 2026-11-23 came 3652 days after the one before it: was a clock fast?"
    )


@pytest.mark.parametrize(("days", "question"), [(-1, "is a clock slow?"), (3652, "is a clock fast?")])
def test_a_date_that_contradicts_the_nights_is_reported_and_asks_nobody_if_no_address_is_due(
    days: int, question: str
) -> None:
    verdict = judged(0, days=days)
    assert verdict.waits is None
    assert question in (verdict.refused or "")


def test_without_any_night_every_date_is_believed() -> None:
    assert check_limit("person", 1, 10, calendar=Calendar(LAST, None, 14), rules=RULES).released


def test_a_legal_hold_comes_before_an_approval() -> None:
    assert judged(900, rules=UNDER_LEGAL_HOLD) == LimitReport(legal_holds=("KHO 1",))
    assert judged(900, rules=UNDER_LEGAL_HOLD, days=1).waits is not None
    assert check_limit("company", 1, 10, calendar=Calendar(LAST, LAST, 14), rules=UNDER_LEGAL_HOLD).released


@given(due=st.integers(0, 2000), others=st.integers(0, 5000), days=st.integers(-4000, 4000))
def test_nothing_is_released_above_the_limit_or_on_a_date_that_is_not_believed(
    due: int, others: int, days: int
) -> None:
    verdict = judged(due, due + others, days=days)
    assert sum((verdict.released, verdict.waits is not None, verdict.refused is not None)) == 1
    too_many = due > 100 and due > 0.1 * (due + others)
    believed = 0 <= days <= 14
    assert (verdict.refused is not None) is (not believed and not due)
    assert verdict.released is (believed and not too_many)
