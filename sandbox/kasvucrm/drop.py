"""KasvuCRM's nightly drop, the second way in: whom it holds to be active and willing to be mailed, of all regions.

KasvuCRM's interfaces are not public: the names of the file and its columns' order are the sandbox's own.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from sandbox import drops
from sandbox.home import Home
from sandbox.office import office_of
from sandbox.world import sql

KEPT = ("emailaddress1", "address1_stateorprovince")


def write_drop(db: sqlite3.Connection, home: Home, today: date) -> None:
    """Write tonight's file and, after it, its marker."""
    crm = office_of(db).kasvucrm
    path, header = crm.file.path(home.drop, today), tuple(crm.columns[column] for column in KEPT)
    drops.remove(crm.file, path)
    written = drops.write_file(crm.file, path, header, db.execute(sql("kasvucrm/drop")), _region)
    drops.write_marker(crm.file, path, written)


def _region(row: tuple[Any, ...]) -> str:
    return row[1] or ""
