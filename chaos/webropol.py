"""A list as the sandbox itself stores it, read from its data and not through its interface, and changes by hand."""

from __future__ import annotations

import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from chaos.judging import Row

BUSY_SECONDS = 30.0


@dataclass(frozen=True)
class BulletinList:
    """One list of one world. `data` is the world's SQLite file."""

    data: Path
    list_id: str

    def members(self) -> Counter[str]:
        """Return the members, and how often each is on the list."""
        with self._open() as data:
            rows = data.execute("SELECT folded FROM webropol_member WHERE list_id = ?", (self.list_id,))
            return Counter(folded for (folded,) in rows)

    def last(self) -> int:
        """Return the number of the last line of the log."""
        with self._open() as data:
            return int(data.execute("SELECT coalesce(max(seq), 0) FROM webropol_log").fetchone()[0])

    def log(self, after: int) -> list[Row]:
        """Return who was added or removed since that line."""
        query = (
            "SELECT seq, at, folded, act = 'added' FROM webropol_log"
            " WHERE list_id = ? AND seq > ? AND act IN ('added', 'removed') ORDER BY seq"
        )
        with self._open() as data:
            rows = data.execute(query, (self.list_id, after)).fetchall()
        return [Row(seq, datetime.fromisoformat(at).timestamp(), email, bool(added)) for seq, at, email, added in rows]

    def unsubscribe(self, emails: Iterable[str]) -> set[int]:
        """Take these people off the list, as they would themselves. Returns the lines of the log that say so."""
        members = [(self.list_id, email) for email in emails]
        with self._open() as data:
            data.execute("BEGIN IMMEDIATE")
            before = data.execute("SELECT coalesce(max(seq), 0) FROM webropol_log").fetchone()[0]
            data.executemany("DELETE FROM webropol_member WHERE list_id = ? AND folded = ?", members)
            lines = {seq for (seq,) in data.execute("SELECT seq FROM webropol_log WHERE seq > ?", (before,))}
            data.execute("COMMIT")
        return lines

    def put(self, emails: Iterable[str]) -> None:
        """Add them as somebody of the office would in Webropol's own pages."""
        with self._open() as data:
            self._insert(data, emails)

    def fill(self, emails: Iterable[str]) -> None:
        """Replace all members with these."""
        with self._open() as data:
            data.execute("BEGIN IMMEDIATE")
            data.execute("DELETE FROM webropol_member WHERE list_id = ?", (self.list_id,))
            self._insert(data, emails)
            data.execute("COMMIT")

    def _insert(self, data: sqlite3.Connection, emails: Iterable[str]) -> None:
        data.executemany(
            "INSERT INTO webropol_member (member_id, list_id, email, folded) VALUES (?, ?, ?, ?)",
            [(str(uuid.uuid4()), self.list_id, email, email) for email in emails],
        )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.data, timeout=BUSY_SECONDS, isolation_level=None)) as data:
            yield data
