"""The safety limit of an expiry: whether due addresses are deleted at once, wait for a person, or must stay. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from email_registry.settings.retention_policy import Expiry


@dataclass(frozen=True)
class LimitReport:
    """A decision about due addresses. `waits`: why a person must decide. `refused`: why nobody may decide.

    `legal_holds`: the references that forbid the deletion.
    """

    waits: str | None = None
    refused: str | None = None
    legal_holds: tuple[str, ...] = ()

    @property
    def released(self) -> bool:
        return not (self.waits or self.refused or self.legal_holds)


@dataclass(frozen=True)
class Calendar:
    """A day beside the nights: the newest night, and the newest one that came after too long a pause.

    `longest`: the longest pause in days for which the clock is believed.
    """

    on: date
    last_night: date | None
    longest: int
    jumped_to: date | None = None
    jumped_from: date | None = None

    @property
    def doubt(self) -> str | None:
        """Why the clock may be wrong, in words."""
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


def check_limit(audience: str, due: int, addresses: int, *, calendar: Calendar, rules: Expiry) -> LimitReport:
    """Compare `due` of an audience's `addresses` with the limit, on the calendar's day."""
    legal_holds = rules.legal_holds_of(audience, calendar.on)
    if legal_holds and not calendar.doubt:
        return LimitReport(legal_holds=legal_holds)
    if not due:
        return LimitReport(refused=calendar.doubt)
    reasons = [calendar.doubt] if calendar.doubt else []
    if rules.limit.is_exceeded_by(due, max(addresses, 1)):
        reasons.append(f"{due} of {addresses} are due, above {rules.limit.share:.0%} and {rules.limit.floor}")
    return LimitReport(waits="; ".join(reasons) or None)
