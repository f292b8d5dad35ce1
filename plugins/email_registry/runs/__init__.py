"""Every run leaves a row, and the row is the lease: one open run per kind and subject."""

from email_registry.runs.business_day import day
from email_registry.runs.lease import (
    Run,
    abandon_children,
    begin,
    children,
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
    "day",
    "end",
    "find",
    "heartbeat",
    "hold_to_newest",
    "note",
    "running",
    "this_process",
    "void_checks",
]
