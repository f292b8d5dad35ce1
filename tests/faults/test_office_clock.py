"""Faults of the machine's clock: ahead, back, far ahead; with the date given, and by the clock's own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from email_registry import expire, night, runs, sync, unsubscribes
from email_registry.doctor import registry_database
from email_registry.errors import Held, RegistryError
from email_registry.night import flow
from email_registry.settings import business_date, clock, policy
from email_registry.sync import quiesce
from tests.faults.nights import Nights
from tests.faults.office_trials import assert_lists_equal, assert_nobody_wronged, registry
from tests.faults.webropol_lists import WebropolLists

pytestmark = pytest.mark.after("second_night")

RIGHT = timedelta(0)
AHEAD, BACK, FAR_AHEAD = timedelta(days=1), timedelta(days=-1), timedelta(days=3652)


class Office:
    """An office in whose processes the clock is wrong."""

    def __init__(self, lists: WebropolLists, patch: pytest.MonkeyPatch) -> None:
        self.lists, self.nights, self.office = lists, lists.nights, lists.nights.office
        self._moved = moved = [RIGHT]

        class Wrong(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
                return datetime.now(UTC) + moved[0]

        patch.setattr(clock, "datetime", Wrong)
        # It is the whole machine's clock that is wrong, its database's with it: nothing is seen by comparing the two.
        patch.setattr(registry_database, "check_clock", lambda: "the same")
        wait = quiesce._wait

        def waits(run_id: int, seconds: float) -> None:
            assert seconds <= policy().webropol.longest_request_seconds
            wait(run_id, seconds)

        patch.setattr(quiesce, "_wait", waits)

    def set(self, wrong: timedelta) -> None:
        """It is the morning of tonight's date, by a clock that is wrong by so much."""
        morning = datetime.fromisoformat(f"{self.office.date}T03:00:00").replace(tzinfo=ZoneInfo("Europe/Helsinki"))
        self._moved[0] = morning + wrong - datetime.now(UTC)

    def advance(self, *options: str) -> None:
        self.office.advance(*options)
        self.lists.before = self.lists.there()

    def all_goes_on(self) -> None:
        """By the right clock again: the same night is whole, and the next one."""
        self.office.heal()
        self.set(RIGHT)
        self.nights.healthy()
        assert_lists_equal(self.lists)
        self.advance()
        self.set(RIGHT)
        assert self.by_its_clock() == []
        assert_lists_equal(self.lists)

    def by_its_clock(self) -> list[str]:
        """All that is run in a night without a date. What was said of what was held or failed."""
        said = []
        for name, work in self._works():
            try:
                work(runs.day(None), f"test {name}")
            except RegistryError as error:
                self.nights._assert_message(str(error))
                said.append(str(error))
        return said

    def _works(self) -> list[tuple[str, Callable[[date, str], object]]]:
        def synced(target: str, on: date, owner: str) -> None:
            plan = sync.make_plan(target, on, owner=owner)
            assert plan.id is not None
            sync.read_back(plan.id, sync.apply(plan.id), owner=owner)

        return [
            ("night", lambda on, owner: flow.play(on, owner=owner, tell=lambda text: None)),
            ("unsubscribes", lambda on, owner: unsubscribes.read_unsubscribes(on, owner=owner)),
            *((target, lambda on, owner, target=target: synced(target, on, owner)) for target in self.office.targets),
            *((name, lambda on, owner, name=name: expire.expire(name, on, owner=owner)) for name in policy().audiences),
        ]


@pytest.fixture
def office(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(WebropolLists(nights), monkeypatch)


def with_the_date_given(office: Office, wrong: timedelta) -> None:
    """And Webropol does not add everybody: they are added the next time."""
    office.advance("--fault", "webropol-partial-errors")
    office.set(wrong)
    assert office.nights.play() is None
    assert office.nights.sync() != {}
    assert_nobody_wronged(office.lists)
    office.all_goes_on()


def by_its_own_date(office: Office, wrong: timedelta) -> None:
    """Run in the morning, and once more by the wrong clock: nobody is absent or deleted for it either."""
    office.advance()
    office.set(RIGHT)
    if wrong < RIGHT:  # else tonight's files are not there yet, by its date
        assert office.by_its_clock() == []
    office.lists.before, before = office.lists.there(), registry(office.lists)
    office.set(wrong)
    office.by_its_clock()
    assert_nobody_wronged(office.lists)
    assert_registry_unchanged(office.lists, before)
    office.all_goes_on()


def while_a_source_is_away(office: Office, wrong: timedelta) -> None:
    """And was the night before."""
    office.advance("--fault", "kasvucrm-down")
    office.set(RIGHT)
    assert len(office.by_its_clock()) == 1
    office.advance("--fault", "kasvucrm-down")
    before = registry(office.lists)
    office.set(wrong)
    office.by_its_clock()
    assert_nobody_wronged(office.lists)
    assert_registry_unchanged(office.lists, before)
    office.all_goes_on()


def assert_registry_unchanged(lists: WebropolLists, before: list[tuple[Any, ...]]) -> None:
    """Nobody was deleted, nobody became absent."""
    after = {row[0]: row for row in registry(lists)}
    assert {row[0] for row in before} <= after.keys()
    assert {row[0] for row in before if row[3] is None and after[row[0]][3] is not None} == set()


def and_a_worker_dies(office: Office, wrong: timedelta) -> None:
    """Airflow's, of which nobody knows whether it lives: its lease goes stale all the same."""
    office.advance()
    office.set(wrong)
    on = business_date(None)  # as a person gave it
    night.open_night(on, owner="airflow:nightly_registry:1")
    for target in office.office.targets:
        with suppress(Held):
            sync.make_plan(target, on, owner="airflow:sync_bulletin_lists:1")
    office.all_goes_on()


Trial = Callable[[Office, timedelta], None]


@pytest.mark.parametrize("trial", [with_the_date_given, by_its_own_date, and_a_worker_dies])
def test_clock_day_ahead(office: Office, trial: Trial) -> None:
    trial(office, AHEAD)


@pytest.mark.parametrize("trial", [with_the_date_given, by_its_own_date])
def test_clock_day_back(office: Office, trial: Trial) -> None:
    trial(office, BACK)


@pytest.mark.parametrize("trial", [with_the_date_given, by_its_own_date, while_a_source_is_away, and_a_worker_dies])
def test_clock_ten_years_ahead(office: Office, trial: Trial) -> None:
    trial(office, FAR_AHEAD)
