"""Whether what is due goes at once, waits for a person, or may not go at all: a pure decision over counts and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from email_registry.settings.retention_policy import Expiry


@dataclass(frozen=True)
class Decision:
    """`waits`: why a person decides, in words. `refused`: why nobody may. `holds`: the references that forbid it."""

    waits: str | None = None
    refused: str | None = None
    holds: tuple[str, ...] = ()

    @property
    def released(self) -> bool:
        return not (self.waits or self.refused or self.holds)


def decide(
    audience: str, due: int, addresses: int, *, on: date, last_night: date | None, far: bool, rules: Expiry
) -> Decision:
    """Judge `due` of an audience's `addresses` on a day.

    `last_night`: the newest night that was done; `far`: whether the day is longer after it than a pause is believed.
    """
    if last_night is not None and on < last_night:
        return Decision(refused=f"the date is {on}, and a night of {last_night} is done: is a clock slow?")
    holds = rules.holding(audience, on)
    if holds:
        return Decision(holds=holds)
    if last_night is not None and far and not due:
        return Decision(refused=f"the date is {on}, and the last night is of {last_night}: is a clock fast?")
    reasons = []
    if last_night is not None and far:
        days = (on - last_night).days
        reasons.append(f"the date is {on}, {days} days after the last night ({last_night}): is a clock fast?")
    if due > rules.breaker.floor and due > rules.breaker.share * max(addresses, 1):
        reasons.append(
            f"{due} of {addresses} are due, above {rules.breaker.share:.0%} and {rules.breaker.floor}"
        )  # fmt: skip
    return Decision(waits="; ".join(reasons) if due and reasons else None)
