"""What the registry stores about one address: audiences, lists, sources, retention, suppressions, cases."""

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
from email_registry.rights.cases import Case, Request, append_event, mark_done, open_case
from email_registry.settings import policy
from email_registry.settings.clock import HELSINKI
from email_registry.settings.shapes import Texts
from email_registry.suppression import single_address

DELETING = ("erase", "rectify")  # rights whose act deletes the address from the registry


@dataclass(frozen=True)
class InAudience:
    """An audience that has the address.

    `since`: the latest possible day on which it came, None when no record goes back so far. `unseen_since`: no source
    has brought it since that day. `deleted_on`: the day of its deletion unless a source brings it again, None while one
    brings it.
    """

    audience: str
    name: Texts
    systems: tuple[str, ...]
    since: date | None
    unseen_since: date | None
    absent_since: date | None
    deleted_on: date | None
    absent_days: int
    unseen_days: int


@dataclass(frozen=True)
class OnTarget:
    """A list that has the address. `since`: the first read that showed it, None when it was only asked for."""

    target: str
    name: Texts
    stage: Stage
    since: date | None
    leaving: bool


@dataclass(frozen=True)
class Suppressed:
    """A suppression of the address.

    `ends_on`: the day on which it ends unless a source brings the address. None while a source brings it, and while
    nothing shows that every source lacks it.
    """

    scope: str
    reason: str
    recorded_on: date
    ends_on: date | None


@dataclass(frozen=True)
class StoredData:
    """Everything that the registry stores about an address, on one day."""

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
def read_access(request: Request, on: date) -> tuple[Case, StoredData]:
    """Read what is stored, for the person. The case is then done.

    A second request with the same number reads it again, and the audit has an event of each.
    """
    audit.require_anchor()
    with transaction("rights") as database:
        case = open_case(database, request, "access", on)
        data = find_stored_data(database, request.canonical, on)
        append_event(database, request, "access", "all", data.counts)
        mark_done(database, case, request.by)
    audit.anchor()
    return case, data


def find_stored_data(database: Database, canonical: str, on: date) -> StoredData:
    """Find what is stored about an address, in the caller's transaction."""
    parameters = {"audiences": list(policy().audiences), "email": canonical}
    hashes = single_address.hashes(canonical)
    addresses = database.rows("rights/find_addresses", **parameters)
    listings = database.rows("rights/find_listings", **parameters)
    return StoredData(
        Address(canonical), on,
        tuple(_in_audience(row) for row in addresses),
        tuple(_on_target(database, name, listings) for name in policy().targets if _is_listed(name, listings)),
        tuple(_suppressed(row) for row in single_address.of_one(database, hashes)),
        tuple(database.rows("rights/find_cases_of_address", **single_address.in_columns(hashes))),
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
    """Return the systems whose sources bring an audience."""
    return tuple(dict.fromkeys(policy().sources[source].system for source in policy().sources_of(audience)))


def delete_also_in(right: str, brought: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return audience -> the systems from which the address has to be deleted too. Empty for a right that deletes
    nothing.
    """
    return {name: systems_of(name) for name in policy().audiences if name in brought} if right in DELETING else {}


def correct_in(case: Case, data: StoredData) -> dict[str, tuple[str, ...]]:
    """Return audience -> the systems in which the address is corrected. After its deletion only the case knows them."""
    if case.acted_on is None:
        return {each.audience: each.systems for each in data.audiences}
    return delete_also_in(case.right_used, case.brought)


def _is_listed(target: str, listings: list[Mapping[str, Any]]) -> bool:
    return any(row["target"] == target for row in listings)


def _on_target(database: Database, name: str, listings: list[Mapping[str, Any]]) -> OnTarget:
    rows = [row for row in listings if row["target"] == name]
    seen = min((row["seen"] for row in rows if row["seen"] is not None), default=None)
    leaving = all(row["remove_asked"] is not None for row in rows)
    since = seen.astimezone(HELSINKI).date() if seen else None
    return OnTarget(name, policy().targets[name].name, stage_of(database, name), since, leaving)


def _suppressed(row: Mapping[str, Any]) -> Suppressed:
    lacked = row["lacked_since"]
    ends = lacked + timedelta(days=policy().retention.suppressions_days) if lacked else None
    return Suppressed(row["scope"], row["reason"], row["recorded_on"], ends)
