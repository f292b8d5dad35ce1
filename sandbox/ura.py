"""URA's nightly drop: a CSV for each register and, once it is whole, its completion marker.

URA's interfaces are not public. The way in (a `;`-separated file with a marker of row count and SHA-256) is the
likeliest one; the names of files, columns and marker keys are the sandbox's own.
"""

from __future__ import annotations

import csv
import hashlib
import sqlite3
from datetime import date
from pathlib import Path

from sandbox.faults import Switches
from sandbox.home import Home, replacing, write_json
from sandbox.rows import REGISTERS
from sandbox.world import sql

HEADER = ("sahkoposti", "maakunta", "asiakkuus")


def write_drop(db: sqlite3.Connection, home: Home, today: date, switches: Switches) -> None:
    """Write tonight's files, each marker after its file; earlier nights' files stay."""
    mode = switches.mode("ura_drop")
    for register in REGISTERS:
        path = home.drop / f"ura_{register}_{today.isoformat()}.csv"
        marker = path.with_name(f"{path.name}.done")
        marker.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        if mode == "missing":
            continue
        rows = 0 if mode == "empty" else -1
        count = _write_csv(db, path, register, rows)
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        write_json(marker, {"rows": count, "sha256": digest})


def _write_csv(db: sqlite3.Connection, path: Path, register: str, limit: int) -> int:
    """Write up to `limit` rows (all of them for -1) under the header; returns how many."""
    count = 0
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(HEADER)
        for row in db.execute(sql("world/ura_rows"), (register, limit)):
            writer.writerow(row)
            count += 1
    return count
