"""What is held of one address: audiences, lists, sources, retention, suppressions, cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from email_registry import audit
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import contained
from email_registry.lists import Stage, stage_of
from email_registry.privacy import Address
from email_registry.rights.cases import Case, Request, finish, open_case, tell
from email_registry.settings import policy
from email_registry.settings.clock import HELSINKI
from email_registry.settings.shapes import Texts
from email_registry.suppression import single_address

DELETING = ("erase", "rectify")


@dataclass(frozen=True)
class InAudience:
    """`since`: at the latest, None where no record goes back so far. `unseen_since`: no source has brought it since.

    `goes_on`: when it is deleted, if no source brings it again; None while one brings it.
    """

    audience: str
    name: Texts
    systems: tuple[str, ...]
    since: date | None
    unseen_since: date | None
    absent_since: date | None
    goes_on: date | None
    absent_days: int
    unseen_days: int


@dataclass(frozen=True)
class OnTarget:
    """`since`: when a read of the list showed it first; None where it was asked for and not seen yet."""

    target: str
    name: Texts
    stage: Stage
    since: date | None
    leaving: bool


@dataclass(frozen=True)
class Suppressed:
    """`goes_on`: when it ends, if no source brings the address; None while one does, or none is known to lack it."""

    scope: str
    reason: str
    recorded_on: date
    goes_on: date | None


@dataclass(frozen=True)
class Holding:
    """All that is held of an address, on a day."""

    address: Address
    on: date
    audiences: tuple[InAudience, ...]
    targets: tuple[OnTarget, ...]
    suppressions: tuple[Suppressed, ...]
    cases: tuple[Mapping[str, Any], ...]

    @property
    def counts(self) -> dict[str, int]:
        return {key: len(getattr(self, key)) for key in ("audiences", "targets", "suppressions", "cases")}

    @property
    def brought(self) -> tuple[InAudience, ...]:
        """The audiences whose sources still bring it."""
        return tuple(each for each in self.audiences if each.unseen_since is None)


@contained
def read_access(request: Request, on: date) -> tuple[Case, Holding]:
    """Read it for the person. The case is done with it; the same number once more reads it again, and says so."""
    audit.require_anchor()
    with transaction("rights") as database:
        case = open_case(database, request, "access", on)
        holding = held(database, request.canonical, on)
        tell(database, request, "access", "all", holding.counts)
        finish(database, case, request.by)
    audit.anchor()
    return case, holding


def held(database: Database, canonical: str, on: date) -> Holding:
    """The same, inside a transaction of whoever acts next."""
    these = {"audiences": list(policy().audiences), "email": canonical}
    hashed = single_address.hashes(canonical)
    registered = database.rows("rights/registered", **these)
    listed = database.rows("rights/listed", **these)
    return Holding(
        Address(canonical), on,
        tuple(_in_audience(row) for row in registered),
        tuple(_on_target(database, name, listed) for name in policy().targets if _among(name, listed)),
        tuple(_suppressed(row) for row in single_address.of_one(database, hashed)),
        tuple(database.rows("rights/of_one", **single_address.in_columns(hashed))),
    )  # fmt: skip


def _in_audience(row: Mapping[str, Any]) -> InAudience:
    name = row["audience"]
    rules = policy().audiences[name]
    days = rules.retention
    ends = [row["unseen_since"] + timedelta(days=days.unseen_days)] if row["unseen_since"] else []
    ends += [row["absent_since"] + timedelta(days=days.absent_days)] if row["absent_since"] else []
    return InAudience(
        name, rules.name, systems_of(name), row["since"], row["unseen_since"], row["absent_since"],
        min(ends, default=None), days.absent_days, days.unseen_days,
    )  # fmt: skip


def systems_of(audience: str) -> tuple[str, ...]:
    """The systems whose sources bring an audience."""
    return tuple(dict.fromkeys(policy().sources[source].system for source in policy().sources_of(audience)))


def still_in(right: str, brought: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Audience -> the systems that it has to be deleted in too; of a right that deletes it."""
    return {name: systems_of(name) for name in policy().audiences if name in brought} if right in DELETING else {}


def corrected_in(case: Case, holding: Holding) -> dict[str, tuple[str, ...]]:
    """Audience -> the systems that it is corrected in. Once it was deleted only the case tells of them."""
    if case.acted_on is None:
        return {each.audience: each.systems for each in holding.audiences}
    return still_in(case.right_used, case.brought)


def _among(target: str, listed: list[Mapping[str, Any]]) -> bool:
    return any(row["target"] == target for row in listed)


def _on_target(database: Database, name: str, listed: list[Mapping[str, Any]]) -> OnTarget:
    mine = [row for row in listed if row["target"] == name]
    seen = min((row["seen"] for row in mine if row["seen"] is not None), default=None)
    leaving = all(row["remove_asked"] is not None for row in mine)
    since = seen.astimezone(HELSINKI).date() if seen else None
    return OnTarget(name, policy().targets[name].name, stage_of(database, name), since, leaving)


def _suppressed(row: Mapping[str, Any]) -> Suppressed:
    lacked = row["lacked_since"]
    ends = lacked + timedelta(days=policy().retention.suppressions_days) if lacked else None
    return Suppressed(row["scope"], row["reason"], row["recorded_on"], ends)
