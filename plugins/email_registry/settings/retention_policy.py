"""How long data is kept. Each key names its unit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from email_registry.settings.shapes import Days, Frozen, SafetyLimit

ALL = "all"


class Retention(Frozen):
    """When an address is deleted: days since its absence was proven, and days since any source brought it."""

    absent_days: Days
    unseen_days: Days

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.unseen_days < self.absent_days:
            raise ValueError("unseen_days is shorter than absent_days")
        return self


class LegalHold(Frozen):
    """A court or an authority forbids deletions of an audience, or of all, up to the end of `until`."""

    reference: Annotated[str, Field(pattern=r"^[\w/.:-][\w/.: -]{1,60}$")]
    audience: Annotated[str, Field(pattern=r"^(person|company|all)$")]
    until: date

    def applies_to(self, audience: str, on: date) -> bool:
        """Tell whether it forbids a deletion of that audience on that day."""
        return on <= self.until and self.audience in (ALL, audience)


class Expiry(Frozen):
    """How due addresses are deleted. `batch_size`: addresses a transaction. `rewrite_days`: days between rewrites.

    `alarm_days`: an alarm is sent so many days before addresses are deleted that only a broken source would bring.
    """

    limit: SafetyLimit
    batch_size: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 10_000
    rewrite_days: Days = 1
    alarm_days: Days = 21
    legal_holds: tuple[LegalHold, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = [(hold.reference, hold.audience) for hold in self.legal_holds]
        if len(set(names)) != len(names):
            raise ValueError("legal_holds: one reference is there twice for the same audience")
        return self

    def legal_holds_of(self, audience: str, on: date) -> tuple[str, ...]:
        """Return the references that forbid a deletion of an audience on that day; for `all`, of any audience."""
        if audience == ALL:
            return tuple(hold.reference for hold in self.legal_holds if on <= hold.until)
        return tuple(hold.reference for hold in self.legal_holds if hold.applies_to(audience, on))


class Backups(Frozen):
    """For how many days backups still contain deleted addresses: the processor's (Webropol) and the database's."""

    webropol_days: Days = 31
    database_days: Days = 35


class Records(Frozen):
    """For how many days records of events and results are kept; they contain no addresses.

    `suppressions_days` begins when every source was whole and lacked the address. `sheets_days` is for a sheet that
    nobody imported. `journal_days` is for the journal outside the database, which has keyed hashes of the addresses
    that were deleted, suppressed or absent.
    """

    runs_days: Days = 730
    reports_days: Days = 365
    suppressions_days: Days = 1095
    sheets_days: Days = 30
    journal_days: Days = 60
    audit_years: Annotated[int, Field(strict=True, ge=1, le=30)] = 6
    airflow_rows_days: Days = 90
    airflow_logs_days: Days = 30

    def check_periods(self, backups: Backups, expiry: Expiry, audiences: Collection[Retention]) -> None:
        """ValueError where one period would take away what another one needs."""
        longest, shortest = (pick((one.unseen_days for one in audiences), default=90) for pick in (max, min))
        if self.journal_days <= backups.database_days:
            raise ValueError("retention.journal_days: a backup of the database lives longer, and could not be restored")
        if self.runs_days <= longest:
            raise ValueError("retention.runs_days: unseen_days is longer, and a broken source could not be named")
        if expiry.alarm_days >= shortest:
            raise ValueError("expiry.alarm_days: not shorter than unseen_days, so it would be told every night")
