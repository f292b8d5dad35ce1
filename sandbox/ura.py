"""URA's nightly drop: a file for each register, with a completion marker.

URA's interfaces are not public. The way in (a `;`-separated file with a marker of row count and SHA-256) is the
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
from sandbox.rows import OPEN, REGISTERS
from sandbox.world import sql

HEADER = ("sahkoposti", "maakunta", "asiakkuus")


def write_drop(db: sqlite3.Connection, home: Home, today: date, switches: Switches) -> None:
    """Write tonight's files, each marker after its file; earlier nights' files stay."""
    mode = switches.mode("ura_drop")
    for register in REGISTERS:
        path = _path(home, register, today)
        drops.remove(path)
        if mode == "again":
            _copy(_path(home, register, today - timedelta(days=1)), path)
        elif mode != "missing":
            found = db.execute(sql("world/ura_rows"), (damage.register(mode, register),))
            _write(path, mode, damage.rows(mode, register, found))


def _path(home: Home, register: str, day: date) -> Path:
    return home.drop / f"ura_{register}_{day.isoformat()}.csv"


def _write(path: Path, mode: str | None, rows: Iterable[tuple[Any, ...]]) -> None:
    header = damage.header(mode, HEADER)
    written = drops.write_file(path, header, rows, _region, lambda row: damage.shape(mode, row))
    if mode == "no-marker":
        return
    if mode == "still-growing":
        drops.write_marker(path, written)
    path.write_bytes(damage.content(mode, path.read_bytes()))
    if mode != "still-growing":
        more = mode in damage.ROW_MORE
        drops.write_marker(path, written._replace(rows=written.rows + more), wrong=mode == "wrong-digest")


def _copy(yesterday: Path, path: Path) -> None:
    if yesterday.exists():
        shutil.copyfile(yesterday, path)
        shutil.copyfile(drops.marker_of(yesterday), drops.marker_of(path))


def _region(row: tuple[Any, ...]) -> str | None:
    """The region of an open customership."""
    return row[1] if row[2] == OPEN else None
