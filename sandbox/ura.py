"""URA's nightly drop: a file for each register, with a completion marker.

URA's interfaces are not public. The way in (a file of separated values with a marker of row count and SHA-256) is the
likeliest one; the names of files, columns and marker keys are the sandbox's own.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sandbox import drops
from sandbox import ura_damage as damage
from sandbox.faults import Switches
from sandbox.home import Home
from sandbox.office import Drop, Office, office_of
from sandbox.rows import REGISTERS
from sandbox.world import sql


def write_drop(db: sqlite3.Connection, home: Home, today: date, switches: Switches) -> None:
    """Write tonight's files, each marker after its file; earlier nights' files stay."""
    mode, office = switches.mode("ura_drop"), office_of(db)
    for register in REGISTERS:
        drop = {"persons": office.ura.persons, "companies": office.ura.companies}[register]
        path = drop.path(home.drop, today)
        drops.remove(drop, path)
        if mode == "again":
            _copy(drop, drop.path(home.drop, today - timedelta(days=1)), path)
        elif mode != "missing":
            found = db.execute(sql("world/ura_rows"), (damage.register(mode, register),))
            _write(office, drop, path, mode, damage.rows(mode, office, register, found))


def _write(office: Office, drop: Drop, path: Path, mode: str | None, rows: Iterable[tuple[Any, ...]]) -> None:
    def region(row: tuple[Any, ...]) -> str | None:
        """The region of an open customership."""
        return row[1] if row[2] == office.status.open else None

    header = damage.header(mode, office.ura.columns)
    written = drops.write_file(drop, path, header, rows, region, lambda row: damage.shape(mode, row))
    if mode == "no-marker":
        return
    if mode == "still-growing":
        drops.write_marker(drop, path, written)
    path.write_bytes(damage.content(mode, office, drop, path.read_bytes()))
    if mode != "still-growing":
        more = mode in damage.ROW_MORE
        drops.write_marker(drop, path, written._replace(rows=written.rows + more), wrong=mode == "wrong-digest")


def _copy(drop: Drop, yesterday: Path, path: Path) -> None:
    if yesterday.exists():
        shutil.copyfile(yesterday, path)
        shutil.copyfile(drops.marker_of(drop, yesterday), drops.marker_of(drop, path))
