"""Looking for the sandbox's addresses where none may be: dumps, logs, reports. Finds are counted, never shown."""

from __future__ import annotations

import csv
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from local.binaries import find_binaries
from tests.offices import Office

# Every address of the sandbox has a domain below one of the first two; every name it puts where an address should
# be begins with the third.
MARKS = (b"sandbox-posti.fi", b"sandbox-yritys.fi", b"sandboxinen")
# What may hold them: the sandbox's own world, and the database's files (the registry is in them).
OUTSIDE = ("sandbox", "postgres")


class Known:
    """Values to look for. Masked, so that a failing test does not print them."""

    def __init__(self) -> None:
        self.values: set[bytes] = set()

    def __repr__(self) -> str:
        return f"Known({len(self.values)} values)"

    def add(self, office: Office) -> None:
        """What stands in the e-mail field tonight, as it was given: telephone numbers and identity codes too."""
        self.values |= _values_of(office)


def _values_of(office: Office) -> set[bytes]:
    found = set()
    for file in (office.home / "drop").glob("*.csv"):
        rows = csv.reader(file.read_text(encoding="utf-8").splitlines(), delimiter=";")
        next(rows, None)  # a proof names the columns that came: they are no secret
        for row in rows:
            if row and len(row[0].strip()) >= 8:
                found.add(row[0].strip().lower().encode())
    return found


def leaks_after(office: Office, known: Known, databases: Iterable[str], postgres_log: Path) -> dict[str, int]:
    """The same after nights: logs and reports are there to be looked through."""
    assert any(office.home.parent.rglob("*.html"))
    return leaks_below(office.home.parent, known, databases, postgres_log)


def leaks_below(home: Path, known: Known, databases: Iterable[str], postgres_log: Path) -> dict[str, int]:
    """Place -> how many finds. Empty where all is well. `known` are the values there were to find."""
    assert len(known.values) > 100
    found: Counter[str] = Counter()
    for url in databases:
        found["dump of " + url.rsplit("/", 1)[1]] = _finds(_dump(url), known)
    found["PostgreSQL's log"] = _finds(postgres_log.read_bytes(), known)
    files = [file for file in home.rglob("*") if file.is_file() and file.relative_to(home).parts[0] not in OUTSIDE]
    assert any(file.suffix == ".log" for file in files)
    for file in files:
        found[str(file.relative_to(home))] = _finds(file.read_bytes(), known)
        found["names of files"] += _finds(str(file).encode(), known)
    return {place: count for place, count in found.items() if count}


def _finds(content: bytes, known: Known) -> int:
    lowered = content.lower()
    return sum(lowered.count(mark) for mark in MARKS) + sum(value in lowered for value in known.values)


def _dump(url: str) -> bytes:
    """Everything of a database but registry.address."""
    command = [
        str(find_binaries().folder / "pg_dump"),
        "--exclude-table-data=registry.address",
        "--inserts",
        url.replace("+psycopg2", ""),
    ]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
