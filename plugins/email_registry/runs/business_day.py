"""Which day a run is about, and whether the clock that says so is to be believed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from email_registry.boundaries.database import Database, transaction
from email_registry.errors import Held
from email_registry.settings import business_date, policy


def day(given: str | date | None, otherwise: datetime | None = None) -> date:
    """The local date a run is about: as a person gave it (ISO), else the clock's, or that of `otherwise`.

    Held where the clock does not go with the nights that are done: by a wrong one, who was seen last night is absent
    for years, and yesterday's file is tonight's. Whoever gives the date answers for it.
    """
    on = business_date(given, otherwise)
    if given:
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
    """The newest of their dates; None of no night."""
    with transaction("report") as database:
        return max((database.one("runs/find", id=one)["business_date"] for one in night_ids), default=None)


def last_night(database: Database) -> date | None:
    """The date of the newest night that is done or was held; None before any."""
    found: date | None = database.one("runs/last_night")["business_date"]
    return found


def is_far(on: date, last: date) -> bool:
    """Whether a day comes longer after the last night than the policy believes of a pause."""
    return on > last + timedelta(days=policy().waiting.longest_pause_days)
