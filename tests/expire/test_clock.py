"""A clock that is ten years ahead or back: nobody is deleted without an approval, and the reason is stated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from email_registry import expire, plans, runs
from email_registry.errors import Held
from tests.expire.clocks import Clock
from tests.expire.nights import Brought, Nights

FIRST = date(2026, 11, 23)
TEN_YEARS = timedelta(days=3652)
KEPT = [f"pysyva{n}@sandbox-posti.fi" for n in range(5)]
ABSENT = [f"poissa{n}@sandbox-posti.fi" for n in range(3)]


@pytest.fixture
def nights(registry_env: dict[str, str]) -> Iterator[Nights]:
    """Two nights; since the second one, three addresses are absent."""
    nights = Nights(registry_env["REGISTRY_ADMIN_URL"])
    nights.play(FIRST, {"ura_persons": Brought(KEPT + ABSENT)})
    nights.play(FIRST + timedelta(days=1), {"ura_persons": Brought(KEPT)})
    yield nights
    nights.close()


def count_addresses(nights: Nights) -> int:
    return int(nights.sql("SELECT count(*) FROM registry.address")[0][0])


@pytest.mark.parametrize(("wrong", "question"), [(TEN_YEARS, "is it fast?"), (-TEN_YEARS, "is it slow")])
def test_a_run_that_takes_its_date_from_a_wrong_clock_does_not_begin(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, wrong: timedelta, question: str
) -> None:
    Clock(monkeypatch).set(FIRST + timedelta(days=1) + wrong)
    with pytest.raises(Held, match=question.replace("?", r"\?")) as held:
        runs.day(None)
    assert held.value.runbook == "clock"
    assert count_addresses(nights) == 8


def test_an_expiry_dated_ten_years_ahead_waits_says_why_and_follows_a_persons_decision(nights: Nights) -> None:
    on = FIRST + timedelta(days=1) + TEN_YEARS
    with pytest.raises(Held, match=r"3652 days after the last night \(2026-11-24\): is a clock fast\?") as held:
        expire.expire("person", on, owner="test")
    assert held.value.runbook == "expiry-held"
    assert count_addresses(nights) == 8
    ((plan,),) = nights.sql("SELECT id FROM operations.plan WHERE state = 'open'")
    with pytest.raises(Held, match="nothing was deleted"):
        expire.delete(plan, owner="test")
    plans.decide(plan, plans.Decision.APPROVED, by="Maija", why="the office was closed for ten years")
    assert expire.delete(plan, owner="test")["deleted"] == 3
    assert count_addresses(nights) == 5


def test_an_expiry_dated_ten_years_back_deletes_nobody_and_says_why(nights: Nights) -> None:
    with pytest.raises(Held, match=r"a night of 2026-11-24 is done: is a clock slow\? Nothing was deleted") as held:
        expire.expire("person", FIRST - TEN_YEARS, owner="test")
    assert held.value.runbook == "clock"
    assert count_addresses(nights) == 8
    assert nights.sql("SELECT count(*) FROM operations.plan") == [(0,)]


def test_after_nights_that_were_dated_ahead_the_right_day_needs_an_approval(nights: Nights) -> None:
    """With the approval the deletion is done. Otherwise nobody would be deleted for ten years."""
    nights.play(FIRST + TEN_YEARS, {"ura_persons": Brought(KEPT)})
    on = FIRST + timedelta(days=31)
    plan = expire.make_plan("person", on, owner="test")
    assert plan.id is not None
    assert plan.reason == "the date is 2026-12-24, and a night of 2036-11-22 is done: is a clock slow?"
    assert count_addresses(nights) == 8
    plans.decide(plan.id, plans.Decision.APPROVED, by="Maija", why="the clock was ahead")
    assert expire.delete(plan.id, owner="test")["deleted"] == 3


def test_nights_dated_by_a_wrong_clock_delete_nobody_until_a_person_approves(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After one approval for each audience the clock is believed, because it agrees with that night."""
    clock, ahead = Clock(monkeypatch), FIRST + TEN_YEARS
    nights.play(ahead, {"ura_persons": Brought(KEPT)})
    for days in (0, 1, 14, 28):
        clock.set(ahead + timedelta(days=days))
        on = runs.day(None)
        nights.play(on, {"ura_persons": Brought(KEPT)}, owner=f"by the clock {days}")
        with pytest.raises(Held, match="came 3651 days after the one before it: was a clock fast") as held:
            expire.expire("person", on, owner=f"test {on}")
        assert held.value.runbook == "expiry-held"
        assert count_addresses(nights) == 8
    with pytest.raises(Held, match="No record was deleted"):
        expire.clear_history(ahead + timedelta(days=14), owner="test")
    ((plan,),) = nights.sql("SELECT id FROM operations.plan WHERE state = 'open'")
    plans.decide(plan, plans.Decision.APPROVED, by="Maija", why="it really is that late")
    assert expire.delete(plan, owner="test")["deleted"] == 3
    nights.sql("INSERT INTO registry.unseen SELECT id, %s, %s FROM registry.address LIMIT 1", FIRST, FIRST)
    assert expire.expire("person", on + timedelta(days=1), owner="test")["deleted"] == 1
