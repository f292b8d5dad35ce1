"""The two clocks: the local business date, which decides, and the instant, which is only written down."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


def utc_now() -> datetime:
    """The instant, for the record. Nothing is decided by it but whether a lease has gone stale."""
    return datetime.now(UTC)


def business_date(given: str | date | None, otherwise: datetime | None = None) -> date:
    """The local date a run is about: as given (ISO), else of `otherwise`, else of this moment in Helsinki."""
    if isinstance(given, date):
        return given
    if given:
        return date.fromisoformat(given)
    return (otherwise or utc_now()).astimezone(HELSINKI).date()
