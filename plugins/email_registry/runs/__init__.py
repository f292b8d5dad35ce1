"""Every run leaves a row, and the row is the lease: one open run per kind and subject."""

from email_registry.runs.business_day import date_of_nights, day, is_far, last_night
from email_registry.runs.lease import (
    Run,
    abandon_children,
    begin,
    children,
    counts,
    end,
    find,
    heartbeat,
    hold_to_newest,
    note,
    running,
    this_process,
    void_checks,
)

__all__ = [
    "Run",
    "abandon_children",
    "begin",
    "children",
    "counts",
    "date_of_nights",
    "day",
    "end",
    "find",
    "heartbeat",
    "hold_to_newest",
    "is_far",
    "last_night",
    "note",
    "running",
    "this_process",
    "void_checks",
]
