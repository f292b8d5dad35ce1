"""A transaction that cannot write, in a role or with the login's own rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from email_registry.boundaries.database import Database, Role, engine, statement, translated


@contextmanager
def read_only_transaction(role: Role | None = None) -> Iterator[Database]:
    """Open a transaction that is read only and rolled back at the end.

    Without a `role` it has the login's own rights.
    """
    connection = translated(lambda: engine().connect().execution_options(postgresql_readonly=True))
    try:
        if role is not None:
            translated(lambda: connection.execute(sa.text(statement(f"roles/{role}"))))
        yield Database(connection)
    finally:
        connection.close()
