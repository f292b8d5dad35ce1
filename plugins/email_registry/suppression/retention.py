"""Notes what ends a suppression: every source, proven whole, has lacked its address for the policy's days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from email_registry.boundaries.database import Database
from email_registry.settings import policy


def note_brought(database: Database, ids: Collection[int], on: date) -> None:
    """Note that a source brought the addresses of these suppressions. It need not have been whole."""
    if ids:
        database.execute("suppression/brought", ids=sorted(ids), on=on)


def note_lacked(database: Database, whole: Collection[str], on: date, *, paused: bool = False) -> int:
    """Note the suppressions whose addresses no source of the audiences `whole` brought; those sources were all whole.

    `paused`: the night before was so long ago that the clock may be wrong, so the days are counted anew. Returns how
    many addresses are lacked for the first time.
    """
    if paused:
        database.execute("suppression/begin_anew")
    every = set(whole) == set(policy().audiences)
    return database.execute("suppression/lacked", audiences=sorted(whole), every=every, on=on)
