"""PostgreSQL: one transaction in one role, statements from `include/sql/`, COPY, and clean errors.

psycopg2 puts values into DETAIL, CONTEXT and LINE of its messages, and `hide_parameters` does not prevent that (seen on
SQLAlchemy 2.1.9, psycopg2 2.9.13). So our errors have only the kind, the SQLSTATE and the constraint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal, TypeVar

import psycopg2
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from email_registry.boundaries.sql_files import statements
from email_registry.errors import DatabaseFailed
from email_registry.settings.environment import environment, registry_url

Role = Literal["loader", "list_sync", "retention", "rights", "report"]
T = TypeVar("T")

# Memory of the server for one comparison of whole sets. A million addresses fit; ten million are compared in parts.
WORK_MEMORY = "256MB"
COPY_BYTES = 1 << 20

# No such table, schema, column or function; 22023 is SET ROLE to a role that does not exist.
NOT_MIGRATED = ("42P01", "3F000", "42703", "42883", "22023")


def statement(name: str) -> str:
    """Return the statement `<room>/<name>`, which a file of `include/sql/<room>/` calls `-- name: <name>`."""
    room, _, own_name = name.partition("/")
    return statements(environment().include / "sql" / room)[own_name]


@lru_cache(maxsize=4)
def _engine(url: str) -> sa.Engine:
    return sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=4, max_overflow=4)


def engine(*, admin: bool = False) -> sa.Engine:
    """Return the engine of this environment's database. Its connections have no rights until a role is set."""
    return _engine(registry_url(admin=admin))


class Database:
    """Statements inside one transaction. Made by `transaction`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._before_commit: list[Callable[[], object]] = []

    def rollback(self) -> None:
        """Undo everything so far. What follows is another transaction, which has no rights."""
        self._before_commit.clear()
        translated(self._connection.rollback)

    def before_commit(self, work: Callable[[], object]) -> None:
        """Run `work` just before the commit, for what must be known outside if this is committed.

        An error prevents it.
        """
        self._before_commit.append(work)

    def commit(self) -> None:
        """Commit. Only `transaction` calls it."""
        for work in self._before_commit:
            work()
        translated(self._connection.commit)

    def execute(self, name: str, /, **parameters: Any) -> int:
        """Run a statement. Returns the number of rows that it changed."""
        return translated(lambda: self._connection.execute(sa.text(statement(name)), parameters).rowcount)

    def rows(self, name: str, /, **parameters: Any) -> list[Mapping[str, Any]]:
        """Return every row of a query, as mappings."""
        query = sa.text(statement(name))
        return translated(lambda: [dict(row) for row in self._connection.execute(query, parameters).mappings()])

    def row(self, name: str, /, **parameters: Any) -> Mapping[str, Any] | None:
        """Return the first row of a query, or None."""
        rows = self.rows(name, **parameters)
        return rows[0] if rows else None

    def one(self, name: str, /, **parameters: Any) -> Mapping[str, Any]:
        """Return the first row of a query that always has one. DatabaseFailed without one."""
        row = self.row(name, **parameters)
        if row is None:
            raise DatabaseFailed(f"{name} gave no row")
        return row

    def stream(self, name: str, /, chunk: int = 5000, **parameters: Any) -> Iterator[Sequence[Any]]:
        """Read a query through a server-side cursor. Yields lists of at most `chunk` row tuples."""
        options = {"stream_results": True, "yield_per": chunk}
        query = sa.text(statement(name))
        result = translated(lambda: self._connection.execute(query, parameters, execution_options=options))
        partitions = result.partitions(chunk)
        while (rows := translated(lambda: next(partitions, None))) is not None:
            yield rows

    def copy(self, name: str, rows: Iterable[Sequence[object]]) -> int:
        """Send rows by a COPY FROM STDIN statement in text format. None becomes NULL. Returns the number of rows."""
        return self.copy_blocks(name, ("".join("\t".join(map(_copy_field, row)) + "\n" for row in rows).encode(),))

    def copy_blocks(self, name: str, blocks: Iterable[bytes]) -> int:
        """Send blocks that are in COPY's own text format already. Returns the number of rows.

        An exception that `blocks` raises ends the COPY and is raised unchanged.
        """
        reader = _Blocks(blocks)
        cursor = self._connection.connection.cursor()
        try:
            translated(lambda: cursor.copy_expert(statement(name), reader, COPY_BYTES))
            return int(cursor.rowcount)
        except DatabaseFailed:
            if reader.failure is None:
                raise
        finally:
            cursor.close()
        raise reader.failure


class _Blocks:
    """The file that psycopg2 reads. psycopg2 asks for some bytes and takes as many as it gets."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self.failure: Exception | None = None

    def read(self, size: int) -> bytes:
        try:
            return next((block for block in self._blocks if block), b"")
        except Exception as error:
            self.failure = error
            raise


def _copy_field(value: object) -> str:
    if value is None:
        return r"\N"
    text = str(value)
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return text.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")
    return text


@contextmanager
def transaction(role: Role) -> Iterator[Database]:
    """Open a transaction with the rights of `role`. It commits at the end and rolls back on any error."""
    connection = translated(lambda: engine().connect())
    try:
        # A role is an identifier, which cannot be a bound parameter. It is one of the closed set above.
        translated(lambda: connection.execute(sa.text(statement(f"roles/{role}"))))
        database = Database(connection)
        yield database
        database.commit()
    finally:
        connection.close()


@contextmanager
def locked(role: Role, kind: str, subject: str) -> Iterator[Database]:
    """Open a transaction that keeps the advisory lock of an audience or a target until it ends."""
    with transaction(role) as database:
        database.execute("roles/lock", name=f"{kind}:{subject}")
        yield database


@contextmanager
def comparing(role: Role, kind: str, subject: str) -> Iterator[Database]:
    """Open a `locked` transaction with enough memory to compare whole sets with each other."""
    with locked(role, kind, subject) as database:
        database.execute("roles/set_based", work_mem=WORK_MEMORY)
        yield database


def outside_transaction(role: Role, name: str) -> None:
    """Run statements that PostgreSQL refuses inside a transaction (VACUUM), one statement a line."""
    connection = translated(lambda: engine().connect().execution_options(isolation_level="AUTOCOMMIT"))
    try:
        translated(lambda: connection.execute(sa.text(statement(f"roles/{role}_session"))))
        for line in statement(name).splitlines():
            if line.strip() and not line.startswith("--"):
                translated(lambda line=line: connection.execute(sa.text(line)))  # type: ignore[misc]
    finally:
        # The role of a session stays when the connection goes back to the pool, so this connection does not go back.
        connection.invalidate()
        connection.close()


def translated(work: Callable[[], T]) -> T:
    """Run `work`. An exception of the driver becomes a DatabaseFailed without its text or cause."""
    try:
        return work()
    except (SQLAlchemyError, psycopg2.Error) as error:
        failure = _describe(error)
    raise failure


def _describe(error: BaseException) -> DatabaseFailed:
    original = getattr(error, "orig", None) or error
    sqlstate = getattr(original, "pgcode", None)
    diagnosis = getattr(original, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None)
    kind = type(original).__name__
    if sqlstate is None and isinstance(original, psycopg2.OperationalError):
        if "authentication failed" in str(original):
            return DatabaseFailed("the registry's database refuses the login of REGISTRY_URL: see its password")
        return DatabaseFailed(
            "the registry's database does not answer: see that it runs (`make up` starts this machine's own), "
            "then run this again"
        )
    if sqlstate in NOT_MIGRATED:
        return DatabaseFailed(
            "the registry's tables are missing or older: run `./registry database upgrade`", sqlstate=sqlstate
        )
    parts = [f"the database refused: {kind}", f"SQLSTATE {sqlstate}" if sqlstate else "", constraint or ""]
    return DatabaseFailed(", ".join(part for part in parts if part), sqlstate=sqlstate, constraint=constraint)
