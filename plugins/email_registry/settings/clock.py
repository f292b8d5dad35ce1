"""The two clocks. Decisions depend on the local business date; the instant is only recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


def utc_now() -> datetime:
    """Return the present instant.

    It is only recorded; the one decision that depends on it is whether a lease is stale.
    """
    return datetime.now(UTC)


def business_date(day: str | date | None, instant: datetime | None = None) -> date:
    """Return the date that a run is about:

    `day` (ISO text or date), else Helsinki's date at `instant`, else today's.
    """
    if isinstance(day, date):
        return day
    if day:
        return date.fromisoformat(day)
    return (instant or utc_now()).astimezone(HELSINKI).date()
