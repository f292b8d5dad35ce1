"""PostgreSQL: one transaction in one role, statements from `include/sql/`, COPY, and clean errors.

psycopg2 puts values into DETAIL, CONTEXT and LINE of its messages, and `hide_parameters` does not close
that (seen on SQLAlchemy 2.1.9, psycopg2 2.9.13): only the kind, the SQLSTATE and the constraint get out.
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

# For one comparison of whole sets, on the server: a million addresses fit, ten million are compared in parts.
WORK_MEMORY = "256MB"
COPY_BYTES = 1 << 20

# No such table, schema, column or function; 22023 is SET ROLE to a role that is not there.
NOT_MIGRATED = ("42P01", "3F000", "42703", "42883", "22023")


def statement(name: str) -> str:
    """The statement `<room>/<name>`: the one that a file of `include/sql/<room>/` calls `-- name: <name>`."""
    room, _, own_name = name.partition("/")
    return statements(environment().include / "sql" / room)[own_name]


@lru_cache(maxsize=4)
def _engine(url: str) -> sa.Engine:
    return sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=4, max_overflow=4)


def engine(*, admin: bool = False) -> sa.Engine:
    """The engine of this environment's database; its connections have no rights until a role is set."""
    return _engine(registry_url(admin=admin))


class Database:
    """Statements inside one transaction. Made by `transaction`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._before_commit: list[Callable[[], object]] = []

    def rollback(self) -> None:
        """Leave nothing of what was done so far; what follows is a transaction of its own without rights."""
        self._before_commit.clear()
        translated(self._connection.rollback)

    def before_commit(self, work: Callable[[], object]) -> None:
        """Do this last: what has to be known outside if this is committed. What it raises, nothing is committed."""
        self._before_commit.append(work)

    def commit(self) -> None:
        """At the end of `transaction`, which calls it."""
        for work in self._before_commit:
            work()
        translated(self._connection.commit)

    def execute(self, name: str, /, **parameters: Any) -> int:
        """Run a statement file; returns the rows it touched."""
        return translated(lambda: self._connection.execute(sa.text(statement(name)), parameters).rowcount)

    def rows(self, name: str, /, **parameters: Any) -> list[Mapping[str, Any]]:
        """Every row of a query file, as mappings."""
        query = sa.text(statement(name))
        return translated(lambda: [dict(row) for row in self._connection.execute(query, parameters).mappings()])

    def row(self, name: str, /, **parameters: Any) -> Mapping[str, Any] | None:
        """The first row of a query file, or None."""
        found = self.rows(name, **parameters)
        return found[0] if found else None

    def one(self, name: str, /, **parameters: Any) -> Mapping[str, Any]:
        """The one row of a query file that always gives one."""
        found = self.row(name, **parameters)
        if found is None:
            raise DatabaseFailed(f"{name} gave no row")
        return found

    def stream(self, name: str, /, chunk: int = 5000, **parameters: Any) -> Iterator[Sequence[Any]]:
        """A query file through a server-side cursor: lists of row tuples, `chunk` long at most."""
        options = {"stream_results": True, "yield_per": chunk}
        query = sa.text(statement(name))
        result = translated(lambda: self._connection.execute(query, parameters, execution_options=options))
        partitions = result.partitions(chunk)
        while (rows := translated(lambda: next(partitions, None))) is not None:
            yield rows

    def copy(self, name: str, rows: Iterable[Sequence[object]]) -> int:
        """COPY FROM STDIN by a statement file, text format; None becomes NULL. Returns the rows sent."""
        return self.copy_blocks(name, ("".join("\t".join(map(_copy_field, row)) + "\n" for row in rows).encode(),))

    def copy_blocks(self, name: str, blocks: Iterable[bytes]) -> int:
        """COPY FROM STDIN of blocks in COPY's own text format, sent as they come. Returns the rows.

        What `blocks` raises ends the COPY and comes out as it is.
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
    """What psycopg2 reads from: it asks for some bytes, and takes as many as it is given."""

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
    """One transaction with the rights of `role`; commits at the end, rolls back on any error."""
    connection = translated(lambda: engine().connect())
    try:
        # A role is an identifier: it cannot be bound, and comes from the closed set above.
        translated(lambda: connection.execute(sa.text(statement(f"roles/{role}"))))
        database = Database(connection)
        yield database
        database.commit()
    finally:
        connection.close()


@contextmanager
def locked(role: Role, kind: str, subject: str) -> Iterator[Database]:
    """A transaction that holds the advisory lock of an audience or a target until it ends."""
    with transaction(role) as database:
        database.execute("roles/lock", name=f"{kind}:{subject}")
        yield database


@contextmanager
def comparing(role: Role, kind: str, subject: str) -> Iterator[Database]:
    """`locked`, for statements that compare whole sets with each other."""
    with locked(role, kind, subject) as database:
        database.execute("roles/set_based", work_mem=WORK_MEMORY)
        yield database


def outside_transaction(role: Role, name: str) -> None:
    """Run a statement file that PostgreSQL refuses inside a transaction (VACUUM), one statement a line."""
    connection = translated(lambda: engine().connect().execution_options(isolation_level="AUTOCOMMIT"))
    try:
        translated(lambda: connection.execute(sa.text(statement(f"roles/{role}_session"))))
        for line in statement(name).splitlines():
            if line.strip() and not line.startswith("--"):
                translated(lambda line=line: connection.execute(sa.text(line)))  # type: ignore[misc]
    finally:
        # The session's role outlives the checkout: this connection does not go back to the pool.
        connection.invalidate()
        connection.close()


def translated(work: Callable[[], T]) -> T:
    """Run `work`; what the driver raises becomes a DatabaseFailed without its text or cause."""
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
            "the registry's tables are missing or older: run `./registry schema upgrade`", sqlstate=sqlstate
        )
    parts = [f"the database refused: {kind}", f"SQLSTATE {sqlstate}" if sqlstate else "", constraint or ""]
    return DatabaseFailed(", ".join(part for part in parts if part), sqlstate=sqlstate, constraint=constraint)
