"""A registry's database as it was: a copy of its files, put back in its place."""

from __future__ import annotations

import secrets

from psycopg2 import sql

from email_registry.boundaries.database import engine
from local.postgres import Server, keep_to_login


class Backup:
    """A copy of a database by its server, taken when it is made."""

    def __init__(self, server: Server, admin_url: str) -> None:
        self._server, self._name = server, admin_url.rsplit("/", 1)[1]
        self._copy = f"backup_{secrets.token_hex(6)}"
        self._make(self._copy, self._name)

    def put_back(self) -> None:
        engine().dispose()
        self._drop(self._name)
        self._make(self._name, self._copy)

    def forget(self) -> None:
        self._drop(self._copy)

    def _make(self, name: str, template: str) -> None:
        engine().dispose()  # a database that is copied must be nobody's
        with self._server.superuser() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (template,))
            named = sql.Identifier(name), sql.Identifier(template)
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*named))
            keep_to_login(cursor, name, "registry_app")

    def _drop(self, name: str) -> None:
        with self._server.superuser() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
