"""What happens to people: sources bring them or stop bringing them, they leave at Webropol, they object."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import date
from itertools import count
from random import Random

from chaos.people import People
from chaos.world import ADDITIONS, REMOVALS, Place

FIRST_MEMBERS = 150
MANY_MEMBERS = 180  # above this number a mass of people goes; below it, a mass comes
COMING, GOING = (10, 45), (10, 36)
MASS_COMING, MASS_GOING = (ADDITIONS + 3, ADDITIONS + 15), (REMOVALS + 3, REMOVALS + 30)


class Moves:
    """The moves of one audience. `_touched`: people who were moved tonight and are left alone until the next night."""

    def __init__(self, place: Place, random: Random, object_: Callable[[list[str]], None]) -> None:
        self.people = People()
        self.by_hand: set[int] = set()  # lines of the log of people who took themselves off the list
        self._place, self._random, self._object = place, random, object_
        self._numbers = count(1)
        self._touched: set[str] = set()
        self._came: set[str] = set()
        self._went: set[str] = set()

    def first(self) -> None:
        """Put the first people on the list and into the registry."""
        emails = self._strangers(FIRST_MEMBERS)
        self._place.list.fill(emails)
        self._come(emails, 0.0)

    def tonight(self, on: date, at: float, *, mass: bool) -> None:
        """Play a night's load, and the people who left or objected since the last one.

        `at`: since when the moves are true; no request is under way to the list then. `mass`: so many people come or go
        that a person is asked.
        """
        self._touched, self._came, self._went = set(), set(), set()
        people, many = self.people, len(self.people.wanted()) > MANY_MEMBERS
        coming, going = (COMING, GOING) if not mass else (COMING, MASS_GOING) if many else (MASS_COMING, GOING)
        self._leave(self._some(self._long_listed(), 3), at)
        self._let_object([*self._some(self._long_listed(), 1)], at)
        back = self._some(people.known() - people.present - self._touched, self._random.randint(3, 10))
        new = self._strangers(self._random.randint(*coming))
        self._let_object(new[:1], at)
        self._came = {*back, *new[1:]} - people.unsubscribed
        self._come([*back, *new], at)
        went = self._some(people.present & people.unsubscribed - self._touched, 2)
        went += self._some(self._long_listed(), self._random.randint(*going))
        self._go(went, on, at)
        self._went = set(went) - people.unsubscribed

    def change_before_next_sync(self, on: date) -> None:
        """Undo some of the moves between a sync that died and the next one."""
        at = time.time()
        self._leave(self._some(self._long_listed(), 1), at)
        self._let_object([*self._some(self._long_listed(), 1), *self._take(self._came, 1)], at)
        self._come([*self._take(self._went, 5), *self._strangers(3)], at)
        self._go(self._take(self._came, 4), on, at)

    def by_another_hand(self) -> None:
        """Add some of tonight's people by hand, as the office may while a plan waits and no request is under way."""
        members = self._place.list.members()
        self._place.list.put([email for email in self._take(self._came, 3) if email not in members])

    def _long_listed(self) -> set[str]:
        """Return people who certainly were on the list at the end of last night and still are."""
        members = {email for email, copies in self._place.list.members().items() if copies == 1}
        return (self.people.wanted() & members) - self._touched - self.people.written_off

    def _some(self, among: Collection[str], number: int) -> list[str]:
        """Choose some people for tonight. The same seed chooses the same people."""
        chosen = self._random.sample(sorted(among), min(number, len(among)))
        self._touched.update(chosen)
        return chosen

    def _take(self, among: set[str], number: int) -> list[str]:
        chosen = self._some(among, number)
        among.difference_update(chosen)
        return chosen

    def _strangers(self, number: int) -> list[str]:
        named = [f"{self._place.target}{next(self._numbers)}@sandbox-posti.fi" for _ in range(number)]
        self._touched.update(named)
        return named

    def _come(self, emails: list[str], at: float) -> None:
        self._place.registry.come(emails)
        self.people.come(emails, at)

    def _go(self, emails: list[str], on: date, at: float) -> None:
        self._place.registry.go(emails, on)
        self.people.go(emails, at)

    def _leave(self, emails: list[str], at: float) -> None:
        self.by_hand |= self._place.list.unsubscribe(emails)
        self.people.leave(emails, at)

    def _let_object(self, emails: list[str], at: float) -> None:
        if emails:
            self._object(emails)
            self.people.leave(emails, at)
