"""KasvuCRM's nightly drop, the second way in: whom it holds to be active and willing to be mailed, of all regions.

KasvuCRM's interfaces are not public: the names of the file and its columns' order are the sandbox's own.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from sandbox import drops
from sandbox.home import Home
from sandbox.world import sql

HEADER = ("emailaddress1", "address1_stateorprovince")


def write_drop(db: sqlite3.Connection, home: Home, today: date) -> None:
    """Write tonight's file and, after it, its marker."""
    path = home.drop / f"kasvucrm_companies_{today.isoformat()}.csv"
    drops.remove(path)
    drops.write_marker(path, drops.write_file(path, HEADER, db.execute(sql("kasvucrm/drop")), _region))


def _region(row: tuple[Any, ...]) -> str:
    return row[1] or ""
