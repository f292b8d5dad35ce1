"""The business date of a run, and whether the clock that gives it can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held
from email_registry.settings import business_date, policy


def day(date_given: str | date | None, otherwise: datetime | None = None) -> date:
    """Return the local date that a run is for: the given one (ISO), else the clock's, or that of `otherwise`.

    Held where the clock does not fit the nights that are done. With a wrong clock, an address that was seen last night
    would count as absent for years, and yesterday's file as tonight's. A date that a person gives is not checked: the
    person answers for it.
    """
    on = business_date(date_given, otherwise)
    if date_given:
        return on
    with transaction("report") as database:
        last = last_night(database)
    cure = f"Nothing was changed. If the day is right, give it: --date {on}, or `date` in Airflow's form"
    if last is not None and on < last:
        raise Held(
            f"the clock says {on}, and a night of {last} is done: is it slow, or is this an old run again? {cure}",
            runbook="clock",
        )
    if last is not None and is_far(on, last):
        raise Held(
            f"the clock says {on}, {(on - last).days} days after the last night ({last}): is it fast? {cure}",
            runbook="clock",
        )
    return on


def date_of_nights(night_ids: Sequence[int]) -> date | None:
    """Return the newest business date of these nights, or None for no night."""
    with transaction("report") as database:
        return max((database.one("runs/find", id=night_id)["business_date"] for night_id in night_ids), default=None)


def last_night(database: Database) -> date | None:
    """Return the date of the newest night that is done or was held, or None before the first one."""
    last: date | None = database.one("runs/last_night")["business_date"]
    return last


def is_far(on: date, last: date) -> bool:
    """Whether a day comes so long after the last night that the policy does not believe it."""
    return on > last + timedelta(days=policy().waiting.longest_pause_days)
