"""Every run leaves a row, and an open row is the lease: a kind and subject has one open run at a time."""

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
    note,
    require_newest,
    running,
    this_process,
    void_checks,
)
from email_registry.runs.states import RunKind, RunState

__all__ = [
    "Run",
    "RunKind",
    "RunState",
    "abandon_children",
    "begin",
    "children",
    "counts",
    "date_of_nights",
    "day",
    "end",
    "find",
    "heartbeat",
    "is_far",
    "last_night",
    "note",
    "require_newest",
    "running",
    "this_process",
    "void_checks",
]
