"""Two years of an office in which everything may break but the clock, and what must have become of whom by then.

What is expected is told by the test itself from what each source brought; nothing of the domain is asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random

import pytest

from email_registry import expire, plans, runs
from email_registry.boundaries import database
from email_registry.errors import Held
from tests.expire.clocks import Clock
from tests.expire.nights import AWAY, Brought, Nights

SOURCES = {"ura_persons": "person", "ura_companies": "company", "kasvucrm_companies": "company"}
ABSENT_DAYS, UNSEEN_DAYS = 30, 90
TARGET = "henkiloasiakkaat"
RULES = {"expiry": {"limit": {"share": 0.3, "floor": 2}, "batch_size": 2, "rewrite_days": 5, "alarm_days": 10}}
PEOPLE = 14  # a source
Who = tuple[str, str]  # audience, address


class Killed(BaseException):
    """The worker is gone in the middle of a step: nothing of it that is not committed is left."""


@dataclass
class Known:
    """Somebody in the registry, as the rules say: since when nobody brought them, and since when that is proven."""

    since: date | None = None
    absent: date | None = None

    @property
    def due(self) -> date | None:
        days = [
            start + timedelta(days=length)
            for start, length in ((self.absent, ABSENT_DAYS), (self.since, UNSEEN_DAYS))
            if start
        ]
        return min(days, default=None)


@dataclass
class Spell:
    """A state of things that begins and ends by chance: an outage."""

    random: Random
    chance: float
    longest: int
    until: int = -1
    kind: str = ""

    def on(self, day: int, kinds: tuple[str, ...] = ("away",)) -> str:
        if day > self.until and self.random.random() < self.chance:
            self.until, self.kind = day + self.random.randint(0, self.longest), self.random.choice(kinds)
        return self.kind if day <= self.until else ""


@dataclass
class Seen:
    """That the two years had what they are to prove."""

    deleted: int = 0
    approved: int = 0
    killed: int = 0
    waited_for_list: int = 0
    by_outage: int = 0
    broken: dict[str, int] = field(default_factory=dict)


class Office:
    def __init__(self, admin_url: str, patch: pytest.MonkeyPatch, seed: int) -> None:
        self.random, self.clock, self.nights, self._patch = Random(seed), Clock(patch), Nights(admin_url), patch
        self.there = {source: set(self._people(source)) for source in SOURCES}
        self.brought: dict[str, Brought] = {}
        self.known: dict[Who, Known] = {}
        self.listed: set[Who] = set()
        self.outages = {source: Spell(self.random, 0.012, 110) for source in SOURCES}
        self.webropol = Spell(self.random, 0.02, 12)
        self.ran = ("", -1)
        self.waiting: dict[str, tuple[int, int]] = {}  # audience -> the plan that waits, and the day it is answered
        self.seen = Seen()

    def play(self, first: date, days: int) -> Seen:
        """Every local day: the night, the deletion, the lists, and at noon perhaps a person."""
        for day in range(days):
            on = first + timedelta(days=day)
            self.clock.set(on, time(2, 15))
            assert runs.day(None) == on
            self._night(day, on)
            self.clock.set(on, time(4, 30))
            assert runs.day(None) == on
            for audience in ("person", "company"):
                self._expire(audience, day, on)
            self._hold_who_is_there()
            self._hold_who_is_due_gone(on)
            self.clock.set(on, time(6, 30))
            self._sync(day, on)
            self.clock.set(on, time(12, 0))
            self._answer(day)
            self._hold_who_is_there()
        return self.seen

    # What happens ----------------------------------------------------------------------------------

    def _people(self, source: str) -> list[str]:
        """Half of a source's people are in the other source of their audience too."""
        return [f"h{n}@{'both' if n % 2 else source}.sandbox-yritys.fi" for n in range(PEOPLE)]

    def _night(self, day: int, on: date) -> None:
        brought = {}
        for source, there in self.there.items():
            for email in self._people(source):
                if self.random.random() < 0.006:
                    there ^= {email}
            state = self.outages[source].on(day, ("away", "stopped"))
            self.seen.broken[source] = self.seen.broken.get(source, 0) + bool(state)
            brought[source] = AWAY if state == "away" else Brought(frozenset(there), passes=not state)
        if brought == self.brought:
            self.nights.uneventful(on)
        else:
            self.nights.play(on, brought, owner=f"night {on}")
        self.brought = brought
        for audience in ("person", "company"):
            self._expect(audience, on, [brought[source] for source, of in SOURCES.items() if of == audience])

    def _expect(self, audience: str, on: date, brought: list[Brought]) -> None:
        trusted = {email for source in brought if source.whole and source.passes for email in source.emails}
        any_whole = {email for source in brought if source.whole for email in source.emails}
        proven = all(source.whole and source.passes for source in brought)
        for email in trusted:
            self.known[audience, email] = Known()
        for (of, email), person in self.known.items():
            if of != audience or email in trusted:
                continue
            if email in any_whole:
                person.since = person.since if person.absent else None
                continue
            person.since = person.since or on
            person.absent = person.absent or (on if proven else None)

    def _expire(self, audience: str, day: int, on: date) -> None:
        owner = f"expire {on}"
        if self.random.random() < 0.15:
            self._until_killed(lambda: self._run(audience, day, on, owner))
        if self.ran != (audience, day):
            self._run(audience, day, on, owner)  # a worker that was killed is tried again
        due = {who for who, person in self.known.items() if who[0] == audience and person.due and person.due <= on}
        waiting = due & self.listed
        self.seen.waited_for_list += len(waiting)
        told = "; ".join(expire.alarms(audience, on))
        late = {who for who in waiting if self.known[who].due < on}  # type: ignore[operator]
        assert (f"{len(late)} addresses are due and not deleted" in told) is bool(late)
        near = {
            who
            for who, person in self.known.items()
            if who[0] == audience and person.since and not person.absent
            and (person.since + timedelta(days=UNSEEN_DAYS) - on).days <= 10
        }  # fmt: skip
        assert (f"{len(near)} addresses that no healthy source brings" in told) is bool(near)

    def _run(self, audience: str, day: int, on: date, owner: str) -> None:
        """As the DAG does it; what is deleted then is no more in the registry."""
        due = self._due(audience, on) - self.listed
        off, of_all = due & self._there(), sum(who[0] == audience for who in self._there())
        plan = expire.make_plan(audience, on, owner=owner)
        assert plan.id is not None
        self.waiting.pop(audience, None)
        too_many = len(off) > 2 and len(off) > 0.3 * of_all
        assert (plan.reason is not None) is too_many, (len(off), of_all, plan.reason)
        if plan.reason is not None:
            self.waiting[audience] = plan.id, day + self.random.randint(0, 2)
        else:
            expire.delete(plan.id, owner=owner)
            self._forget(due)
        self.ran = audience, day

    def _until_killed(self, work: Callable[[], None]) -> None:
        """Run it, and be killed at one of its statements, if it has so many."""
        left, statement = [self.random.randint(1, 60)], database.statement

        def ours(name: str) -> str:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return statement(name)

        with self._patch.context() as patch:
            patch.setattr(database, "statement", ours)
            try:
                work()
            except Killed:
                self.seen.killed += 1

    def _sync(self, day: int, on: date) -> None:
        """The lists follow, where Webropol answers: who is not desired any more is seen to be off."""
        if self.webropol.on(day):
            return
        desired = {
            who
            for who, person in self.known.items()
            if person.absent is None and not (person.since and person.since + timedelta(days=UNSEEN_DAYS) <= on)
        }
        for who in desired - self.listed:
            self.nights.sql(
                "INSERT INTO registry.listing (target, address_id, seen)"
                " SELECT %s, id, now() FROM registry.address WHERE audience = %s AND email = %s",
                TARGET, *who,
            )  # fmt: skip
        for who in self.listed - desired:
            self.nights.sql(
                "DELETE FROM registry.listing USING registry.address a"
                " WHERE a.id = address_id AND a.audience = %s AND a.email = %s",
                *who,
            )
        self.listed = desired

    def _answer(self, day: int) -> None:
        for audience, (plan, answered) in list(self.waiting.items()):
            if answered > day:
                continue
            items = {who for who in self._due(audience, self._on(plan)) if who not in self.listed}
            plans.decide(plan, plans.Decision.APPROVED, by="Maija", why="it is right")
            expire.delete(plan, owner="approved")
            self.seen.approved += 1
            del self.waiting[audience]
            self._forget(items)

    # What must be so -------------------------------------------------------------------------------

    def _on(self, plan: int) -> date:
        (row,) = self.nights.sql(
            "SELECT business_date FROM operations.plan p JOIN operations.run r ON r.id = p.run_id WHERE p.id = %s", plan
        )
        found: date = row[0]
        return found

    def _due(self, audience: str, on: date) -> set[Who]:
        found = self.known.items()
        return {who for who, person in found if who[0] == audience and person.due is not None and person.due <= on}

    def _there(self) -> set[Who]:
        return {
            (audience, email) for audience, email in self.nights.sql("SELECT audience, email FROM registry.address")
        }

    def _forget(self, gone: set[Who]) -> None:
        self.seen.deleted += len(gone)
        self.seen.by_outage += sum(self.known[who].absent is None for who in gone)
        for who in gone:
            del self.known[who]

    def _hold_who_is_there(self) -> None:
        """Nobody went who should not have, and nobody stayed who went by the rules."""
        assert self._there() == set(self.known)

    def _hold_who_is_due_gone(self, on: date) -> None:
        """On the morning of their day, but for whom a person or a list is waited for."""
        for audience in ("person", "company"):
            if audience not in self.waiting:
                assert self._due(audience, on) <= self.listed


def lived_through(seen: Seen) -> Mapping[str, bool]:
    """What two years are to have had in them."""
    return {
        "deletions": seen.deleted > 20,
        "deletions by an outage alone": seen.by_outage > 0,
        "approvals": seen.approved > 0,
        "killed workers": seen.killed > 30,
        "lists that were waited for": seen.waited_for_list > 0,
        "an outage of every source": all(seen.broken.get(source, 0) > 10 for source in SOURCES),
    }


__all__ = ["RULES", "Held", "Office", "lived_through"]
