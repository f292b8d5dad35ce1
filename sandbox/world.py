"""The world's state: one SQLite file in WAL mode, so that a night can be played while the systems are served."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.home import Home

SCHEMA_VERSION = "2"
BUSY_SECONDS = 30.0
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


def _connect(path: Path) -> sqlite3.Connection:
    # isolation_level None: transactions begin and end where this module says so, nowhere else.
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    db.execute("PRAGMA synchronous = NORMAL")
    return db
