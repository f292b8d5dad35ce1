"""The view way: a read-only SQL view through SQLAlchemy, counted in the same snapshot as it is read.

PostgreSQL is tested here; Oracle and SQL Server go through the same dialect-neutral query, untested.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import sqlalchemy as sa

from email_registry.boundaries.database import translated
from email_registry.errors import DatabaseFailed, SourceFailed
from email_registry.extract.reading import CHUNK, Chunk, Ending
from email_registry.privacy import AddressColumn
from email_registry.settings import Source, connection
from email_registry.settings.policy import ViewWay


class ViewReading:
    """One view, in one read-only transaction of its own connection."""

    def __init__(self, name: str, source: Source, way: ViewWay) -> None:
        self._name, self._source = name, source
        self._url = connection(way.connection).require("url")
        columns = [sa.column(column, sa.String) for column in source.columns.agreed]
        self._view = sa.table(way.table, *columns, schema=way.table_schema)
        self._declared = 0
        self._digest = hashlib.sha256()

    def chunks(self) -> Iterator[Chunk]:
        failure: SourceFailed | None = None
        try:
            yield from self._read()
        except DatabaseFailed as error:
            code = f", SQLSTATE {error.sqlstate}" if error.sqlstate else ""
            failure = SourceFailed(f"{self._name}: the view cannot be read{code}", runbook="source-incomplete")
        if failure is not None:
            raise failure

    def _read(self) -> Iterator[Chunk]:
        where = [self._view.c[column] == value for column, value in self._source.columns.where.items()]
        engine = translated(lambda: sa.create_engine(self._url, hide_parameters=True, poolclass=sa.NullPool))
        connection = translated(engine.connect)
        try:
            if engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            count = sa.select(sa.func.count()).select_from(self._view).where(*where)
            self._declared = translated(lambda: int(connection.execute(count).scalar_one()))
            query = sa.select(self._view.c[self._source.columns.email]).where(*where)
            options = {"stream_results": True, "yield_per": CHUNK}
            result = translated(lambda: connection.execute(query, execution_options=options))
            partitions = result.scalars().partitions(CHUNK)
            while (values := translated(lambda: next(partitions, None))) is not None:
                for value in values:
                    self._digest.update(f"{value}\n".encode())
                yield Chunk(AddressColumn(values), len(values), 0)
        finally:
            connection.close()

    def ending(self) -> Ending:
        return Ending(self._declared, 1, self._source.columns.email, self._digest.hexdigest())
