"""How long a suppression lasts: until every source, proven whole, has lacked its address for the policy's days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from email_registry.boundaries.database import Database
from email_registry.settings import policy


def note_brought(database: Database, ids: Collection[int], on: date) -> None:
    """A source brought the addresses of these suppressions, whole or not."""
    if ids:
        database.execute("suppression/brought", ids=sorted(ids), on=on)


def note_lacked(database: Database, whole: Collection[str], on: date, *, paused: bool = False) -> int:
    """Every source of the audiences `whole` proved itself tonight. Returns whom they lack for the first time.

    `paused`: the night before was too long ago to believe it of a clock: the days are counted anew.
    """
    if paused:
        database.execute("suppression/begin_anew")
    every = set(whole) == set(policy().audiences)
    return database.execute("suppression/lacked", audiences=sorted(whole), every=every, on=on)
