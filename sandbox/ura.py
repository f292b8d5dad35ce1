"""URA's nightly drop: a file for each register, with a completion marker.

URA's interfaces are not public. The way in (a `;`-separated file with a marker of row count and SHA-256) is the
likeliest one; the names of files, columns and marker keys are the sandbox's own.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from sandbox import drops
from sandbox.faults import Switches
from sandbox.home import Home
from sandbox.rows import OPEN, REGISTERS
from sandbox.world import sql

HEADER = ("sahkoposti", "maakunta", "asiakkuus")


def write_drop(db: sqlite3.Connection, home: Home, today: date, switches: Switches) -> None:
    """Write tonight's files, each marker after its file; earlier nights' files stay."""
    mode = switches.mode("ura_drop")
    for register in REGISTERS:
        path = home.drop / f"ura_{register}_{today.isoformat()}.csv"
        drops.remove(path)
        if mode == "missing":
            continue
        limit = 0 if mode == "empty" else -1
        rows = db.execute(sql("world/ura_rows"), (register, limit))
        drops.write_marker(path, drops.write_file(path, HEADER, rows, _region))


def _region(row: tuple[Any, ...]) -> str | None:
    """The region of an open customership."""
    return row[1] if row[2] == OPEN else None
