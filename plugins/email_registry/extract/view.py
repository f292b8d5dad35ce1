"""Read a source by a read-only SQL view through SQLAlchemy. The rows are counted in the snapshot that they are read in.

PostgreSQL is tested here. Oracle and SQL Server use the same dialect-neutral query, but they are not tested: the office
must install their drivers, and must set an isolation level that makes one snapshot of two queries.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from email_registry.boundaries.database import statement, translated
from email_registry.boundaries.hosts import is_loopback, require_allowed_host
from email_registry.errors import ConfigurationError, DatabaseFailed, SourceFailed, SourceUnready
from email_registry.extract.reading import CHUNK, Chunk, Ending, require_agreed_columns
from email_registry.privacy import AddressColumn
from email_registry.settings import connection
from email_registry.settings.policy import ViewWay

# With one of these options libpq would take the server from it instead of the host that was checked.
ELSEWHERE = ("host", "hostaddr", "port", "service", "servicefile")

FETCH = 2_000  # rows; with ten times as many, reading takes half as long again (benchmarks/extract.py)
# Classes of SQLSTATE: no connection, no room, shut down. An error without SQLSTATE counts as no connection.
AWAY = ("08", "53", "57")


class ViewReading:
    """A reading of one view, in one read-only transaction of its own connection."""

    def __init__(self, name: str, way: ViewWay) -> None:
        self._name, self._way = name, way
        self._url = connection(way.connection).require("url")
        columns = [sa.column(column, sa.String) for column in way.columns.agreed]
        self._view = sa.table(way.table, *columns, schema=way.table_schema)
        self._declared = 0
        self._digest = hashlib.sha256()

    def chunks(self) -> Iterator[Chunk]:
        with self._failing(), self._opened() as connection:
            self._require_agreed_columns(connection)
            yield from self._read(connection)

    def look(self) -> bool | None:
        """Check the columns without reading a row. Returns whether the login may write.

        Returns None when the engine is not PostgreSQL, because only PostgreSQL is asked.
        """
        with self._failing(), self._opened() as connection:
            self._require_agreed_columns(connection)
            if connection.dialect.name != "postgresql":
                return None
            query, names = (
                sa.text(statement("extract/may_write")),
                {"schema": self._way.table_schema, "view": self._way.table},
            )
            return translated(lambda: bool(connection.execute(query, names).scalar_one()))

    def ending(self) -> Ending:
        contract = ", ".join(self._way.columns.agreed)
        return Ending(self._declared, 1, contract, self._digest.hexdigest(), matching=self._declared)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Turn an error of the database into the source's failure."""
        failure: SourceFailed | None = None
        try:
            yield
        except DatabaseFailed as error:
            code = f", SQLSTATE {error.sqlstate}" if error.sqlstate else ": no answer, or the login is refused"
            kind = SourceUnready if (error.sqlstate or AWAY[0])[:2] in AWAY else SourceFailed
            failure = kind(f"{self._name}: the view cannot be read{code}")
        if failure is not None:
            raise failure

    @contextmanager
    def _opened(self) -> Iterator[sa.Connection]:
        engine = self._engine()
        connection = translated(engine.connect)
        try:
            if engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection
        finally:
            connection.close()

    def _require_agreed_columns(self, connection: sa.Connection) -> None:
        every = sa.select(sa.text("*")).select_from(self._view).where(sa.false())
        found = translated(lambda: list(connection.execute(every).keys()))
        require_agreed_columns(self._name, self._way.columns, found)

    def _read(self, connection: sa.Connection) -> Iterator[Chunk]:
        columns = self._way.columns
        where = [self._view.c[column] == value for column, value in columns.where.items()]
        count = sa.select(sa.func.count()).select_from(self._view).where(*where)
        self._declared = translated(lambda: int(connection.execute(count).scalar_one()))
        yield from self._rows(connection, sa.select(self._view.c[columns.email]).where(*where))

    def _rows(self, connection: sa.Connection, query: sa.Select[Any]) -> Iterator[Chunk]:
        options = {"stream_results": True, "yield_per": FETCH}  # a cursor on the server keeps the use of memory flat
        result = translated(lambda: connection.execute(query, execution_options=options))
        partitions = result.scalars().partitions(FETCH)
        values: list[Any] = []
        while (fetched := translated(lambda: next(partitions, None))) is not None:
            self._digest.update("\n".join(map(str, fetched)).encode())
            values.extend(fetched)
            if len(values) >= CHUNK:
                yield Chunk(AddressColumn(values), len(values), 0)
                values = []
        yield Chunk(AddressColumn(values), len(values), 0)

    def _engine(self) -> sa.Engine:
        """Return an engine for an allowed host. PostgreSQL on another machine must have a certificate that verifies.

        Raises SourceFailed when the URL is none, and ConfigurationError when it is not allowed.
        """
        try:
            url = sa.make_url(self._url)
        except sa.exc.ArgumentError:
            url = None
        if url is None:
            raise SourceFailed(f"{self._name}: the view cannot be read: extra.url is no database URL")
        postgresql = url.get_backend_name() == "postgresql"
        if postgresql and any(key in url.query for key in ELSEWHERE):
            raise ConfigurationError(f"{self._name}: put the host before the slash of the URL", runbook="policy")
        require_allowed_host(self._name, url.host or "")
        if postgresql and not is_loopback(url.host or "") and url.query.get("sslmode") != "verify-full":
            raise ConfigurationError(
                f"{self._name}: off this machine the URL needs sslmode=verify-full, nothing was sent", runbook="policy"
            )
        return translated(lambda: sa.create_engine(url, hide_parameters=True, poolclass=sa.NullPool))
