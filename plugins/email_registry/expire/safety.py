"""Whether what is due goes at once, waits for a person, or may not go at all: a pure decision over counts and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from email_registry.settings.retention_policy import Expiry


@dataclass(frozen=True)
class Decision:
    """`waits`: why a person decides, in words. `refused`: why there is nothing to decide. `holds`: what forbids it."""

    waits: str | None = None
    refused: str | None = None
    holds: tuple[str, ...] = ()

    @property
    def released(self) -> bool:
        return not (self.waits or self.refused or self.holds)


@dataclass(frozen=True)
class Calendar:
    """A day beside the nights: the newest that is done, and the newest that came after too long a pause, and from when.

    `longest`: days of a pause that are believed of a clock.
    """

    on: date
    last_night: date | None
    longest: int
    jumped_to: date | None = None
    jumped_from: date | None = None

    @property
    def doubt(self) -> str | None:
        """Why the day is not believed, in words."""
        if self.last_night is None:
            return None
        if self.on < self.last_night:
            return f"the date is {self.on}, and a night of {self.last_night} is done: is a clock slow?"
        days = (self.on - self.last_night).days
        if days > self.longest:
            return f"the date is {self.on}, {days} days after the last night ({self.last_night}): is a clock fast?"
        if self.jumped_to is not None and self.jumped_from is not None:
            days = (self.jumped_to - self.jumped_from).days
            return f"the night of {self.jumped_to} came {days} days after the one before it: was a clock fast?"
        return None


def decide(audience: str, due: int, addresses: int, *, calendar: Calendar, rules: Expiry) -> Decision:
    """Judge `due` of an audience's `addresses` on the calendar's day."""
    holds = rules.holding(audience, calendar.on)
    if holds and not calendar.doubt:
        return Decision(holds=holds)
    if not due:
        return Decision(refused=calendar.doubt)
    reasons = [calendar.doubt] if calendar.doubt else []
    if due > rules.breaker.floor and due > rules.breaker.share * max(addresses, 1):
        reasons.append(f"{due} of {addresses} are due, above {rules.breaker.share:.0%} and {rules.breaker.floor}")
    return Decision(waits="; ".join(reasons) or None)
