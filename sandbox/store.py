"""Putting what was made into the world, and reading the last night back."""

from __future__ import annotations

import json
import sqlite3
from datetime import date
from typing import NamedTuple

from sandbox.population import Batch
from sandbox.rows import UraRow
from sandbox.world import sql


class Night(NamedTuple):
    """A night that was played; `changes` counts addresses by kind of change."""

    number: int
    date: date
    fault: str | None
    changes: dict[str, int]


def add(db: sqlite3.Connection, batch: Batch) -> None:
    """Store the addresses and their rows."""
    db.executemany(sql("world/add_address"), ((*address, address.canonical) for address in batch.addresses))
    db.executemany(sql("world/add_ura_row"), (row for row in batch.rows if isinstance(row, UraRow)))
    db.executemany(sql("world/add_crm_row"), (row for row in batch.rows if not isinstance(row, UraRow)))


def next_address(db: sqlite3.Connection) -> int:
    """The number of the next address to be made."""
    return int(db.execute(sql("world/next_address")).fetchone()[0])


def record(db: sqlite3.Connection, night: Night) -> None:
    """Write a night into the world's history, in place of the same one played otherwise."""
    changes = json.dumps(night.changes)
    db.execute(sql("world/add_night"), (night.number, night.date.isoformat(), night.fault, changes))


def last_night(db: sqlite3.Connection) -> Night:
    """The night that the systems show now."""
    number, day, fault, changes = db.execute(sql("world/last_night")).fetchone()
    return Night(number, date.fromisoformat(day), fault, json.loads(changes))


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """Rows by system and register, and how many people have left."""
    return dict(db.execute(sql("world/counts")).fetchall())
