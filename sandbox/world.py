"""The world's state: one SQLite file in WAL mode, so that a night can be played while the systems are served."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.home import Home

SCHEMA_VERSION = "4"
BUSY_SECONDS = 30.0
MAPPED_BYTES = 1 << 32
MAKING_CACHE_KIB = 512 * 1024  # taken as it is needed: a million rows are inserted twice as fast


@cache
def sql(name: str) -> str:
    """The statement of `sandbox/sql/<name>.sql`."""
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


class World:
    """A world that exists. Connections are short and belong to one thread each."""

    def __init__(self, home: Home) -> None:
        """Raises SandboxError where `home` holds no world of this version."""
        self.home = home
        self._turn = threading.Lock()
        self._kept: sqlite3.Connection | None = None
        if not home.world.is_file():
            raise SandboxError(
                f"there is no sandbox in {home.root}: "
                "make one with `python -m sandbox create`, or name its folder by --home"
            )
        try:
            with self.reading() as db:
                version = meta(db, "schema")
        except sqlite3.Error:
            version = None
        if version != SCHEMA_VERSION:
            raise SandboxError(f"{home.world} is not a world of this sandbox: make it anew with `create --force`")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection whose reads all see one state."""
        with closing(_connect(self.home.world)) as db:
            db.execute("BEGIN")
            yield db

    @contextmanager
    def taking_turns(self) -> Iterator[sqlite3.Connection]:
        """As `reading`, by one connection that stays, for what reads many rows in many threads.

        SQLite's module lets the interpreter's lock go at every row: threads that read at once take turns row by row,
        at four times the cost of the work (Python 3.11, 8 readers, 2 cores). A new connection maps its pages anew.
        """
        with self._turn:
            if self._kept is None:
                self._kept = _connect(self.home.world, check_same_thread=False)
            self._kept.execute("BEGIN")
            try:
                yield self._kept
            finally:
                self._kept.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in one transaction: committed if the block ends well, else rolled back."""
        with closing(_connect(self.home.world)) as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")

    def kept_open(self) -> AbstractContextManager[sqlite3.Connection]:
        """An idle connection. The last one to close writes the whole log back, which a server would do each request."""
        return closing(_connect(self.home.world))


@contextmanager
def new_world(home: Home) -> Iterator[sqlite3.Connection]:
    """One transaction in an empty world with its schema; only when the block ends well is it a `World`."""
    home.world.touch(mode=0o600)
    with closing(_connect(home.world)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA cache_size = -{MAKING_CACHE_KIB}")
        db.executescript(sql("world/schema"))
        db.execute("BEGIN IMMEDIATE")
        yield db
        set_meta(db, "schema", SCHEMA_VERSION)
        db.execute("COMMIT")


def meta(db: sqlite3.Connection, key: str) -> str | None:
    """One of the world's own settings."""
    row = db.execute(sql("world/get_meta"), (key,)).fetchone()
    return None if row is None else row[0]


def need(db: sqlite3.Connection, key: str) -> str:
    """A setting that every world has."""
    value = meta(db, key)
    if value is None:
        raise SandboxError(f"the world lacks its setting {key}: make it anew with `create --force`")
    return value


def set_meta(db: sqlite3.Connection, key: str, value: str | None) -> None:
    """Set one of the world's own settings."""
    db.execute(sql("world/set_meta"), (key, value))


def _connect(path: Path, *, check_same_thread: bool = True) -> sqlite3.Connection:
    # isolation_level None: transactions begin and end where this module says so, nowhere else.
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=check_same_thread)
    db.execute("PRAGMA synchronous = NORMAL")
    # A connection begins with an empty cache: read through it, rows far apart cost half as much again.
    db.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
    return db
