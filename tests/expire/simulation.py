"""Two years of an office in which everything but the clock may break, and what must have happened to each address.

The simulation computes the expected result from what each source brought, without using the domain.
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
    """The worker dies in the middle of a step. Only what it has committed is kept."""


@dataclass
class Known:
    """An address in the registry: since when no source brings it, and since when its absence is proven."""

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
class Outage:
    """An outage that begins and ends by chance."""

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
    """Counts of the events that the two years must contain."""

    deleted: int = 0
    approved: int = 0
    killed: int = 0
    waited_for_list: int = 0
    by_outage: int = 0
    broken: dict[str, int] = field(default_factory=dict)


class Office:
    def __init__(self, admin_url: str, patch: pytest.MonkeyPatch, seed: int) -> None:
        self.random, self.clock, self.nights, self._patch = Random(seed), Clock(patch), Nights(admin_url), patch
        self.source_people = {source: set(self._people(source)) for source in SOURCES}
        self.brought: dict[str, Brought] = {}
        self.known: dict[Who, Known] = {}
        self.listed: set[Who] = set()
        self.outages = {source: Outage(self.random, 0.012, 110) for source in SOURCES}
        self.webropol = Outage(self.random, 0.02, 12)
        self.ran = ("", -1)
        self.waiting: dict[str, tuple[int, int]] = {}  # audience -> the plan that waits, and the day it is answered
        self.seen = Seen()

    def play(self, first: date, days: int) -> Seen:
        """Play every local day: the night, the deletion, the lists, and sometimes a person at noon."""
        for day in range(days):
            on = first + timedelta(days=day)
            self.clock.set(on, time(2, 15))
            assert runs.day(None) == on
            self._night(day, on)
            self.clock.set(on, time(4, 30))
            assert runs.day(None) == on
            for audience in ("person", "company"):
                self._expire(audience, day, on)
            self._check_addresses()
            self._check_due_addresses(on)
            self.clock.set(on, time(6, 30))
            self._sync(day, on)
            self.clock.set(on, time(12, 0))
            self._answer(day)
            self._check_addresses()
        return self.seen

    # Events ----------------------------------------------------------------------------------

    def _people(self, source: str) -> list[str]:
        """Return a source's people. Half of them are in the other source of their audience too."""
        return [f"h{n}@{'both' if n % 2 else source}.sandbox-yritys.fi" for n in range(PEOPLE)]

    def _night(self, day: int, on: date) -> None:
        brought = {}
        for source, emails in self.source_people.items():
            for email in self._people(source):
                if self.random.random() < 0.006:
                    emails ^= {email}
            state = self.outages[source].on(day, ("away", "stopped"))
            self.seen.broken[source] = self.seen.broken.get(source, 0) + bool(state)
            brought[source] = AWAY if state == "away" else Brought(frozenset(emails), passes=not state)
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
        alarms = "; ".join(expire.alarms(audience, on))
        late = {who for who in waiting if self.known[who].due < on}  # type: ignore[operator]
        assert (f"{len(late)} addresses are due and not deleted" in alarms) is bool(late)
        near = {
            who
            for who, person in self.known.items()
            if who[0] == audience and person.since and not person.absent
            and (person.since + timedelta(days=UNSEEN_DAYS) - on).days <= 10
        }  # fmt: skip
        assert (f"{len(near)} addresses that no healthy source brings" in alarms) is bool(near)

    def _run(self, audience: str, day: int, on: date, owner: str) -> None:
        """Plan and delete as the DAG does, and note what was deleted."""
        due = self._due(audience, on) - self.listed
        off, of_all = due & self._addresses(), sum(who[0] == audience for who in self._addresses())
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
        """Do the work, and kill it at one of its statements if it has so many."""
        left, statement = [self.random.randint(1, 60)], database.statement

        def counted(name: str) -> str:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return statement(name)

        with self._patch.context() as patch:
            patch.setattr(database, "statement", counted)
            try:
                work()
            except Killed:
                self.seen.killed += 1

    def _sync(self, day: int, on: date) -> None:
        """Make the lists equal if Webropol answers. A read then shows that undesired addresses are off."""
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

    # Checks -------------------------------------------------------------------------------

    def _on(self, plan: int) -> date:
        (row,) = self.nights.sql(
            "SELECT business_date FROM operations.plan p JOIN operations.run r ON r.id = p.run_id WHERE p.id = %s", plan
        )
        business_date: date = row[0]
        return business_date

    def _due(self, audience: str, on: date) -> set[Who]:
        known = self.known.items()
        return {who for who, person in known if who[0] == audience and person.due is not None and person.due <= on}

    def _addresses(self) -> set[Who]:
        return {
            (audience, email) for audience, email in self.nights.sql("SELECT audience, email FROM registry.address")
        }

    def _forget(self, deleted: set[Who]) -> None:
        self.seen.deleted += len(deleted)
        self.seen.by_outage += sum(self.known[who].absent is None for who in deleted)
        for who in deleted:
            del self.known[who]

    def _check_addresses(self) -> None:
        """Assert that the registry has exactly the addresses that the rules keep."""
        assert self._addresses() == set(self.known)

    def _check_due_addresses(self, on: date) -> None:
        """Assert that due addresses are deleted on their day, unless a person or a list is waited for."""
        for audience in ("person", "company"):
            if audience not in self.waiting:
                assert self._due(audience, on) <= self.listed


def events_of(seen: Seen) -> Mapping[str, bool]:
    """Return the events that two years must contain, and whether each happened."""
    return {
        "deletions": seen.deleted > 20,
        "deletions by an outage alone": seen.by_outage > 0,
        "approvals": seen.approved > 0,
        "killed workers": seen.killed > 30,
        "lists that were waited for": seen.waited_for_list > 0,
        "an outage of every source": all(seen.broken.get(source, 0) > 10 for source in SOURCES),
    }


__all__ = ["RULES", "Held", "Office", "events_of"]
