"""URA's read-only SQL view, in a PostgreSQL database that the sandbox owns.

One view for persons and one for companies; a login of their own may read these two and nothing else. URA's engine and
schema are not public: this is the sandbox's own.
"""

from __future__ import annotations

import csv
import io
import itertools
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from sandbox import ura_damage as damage
from sandbox.errors import SandboxError
from sandbox.faults import Switches
from sandbox.office import Office, View, office_of
from sandbox.rows import REGISTERS
from sandbox.world import meta, need, set_meta, sql

if TYPE_CHECKING:
    from psycopg2.extensions import connection
    from psycopg2.sql import Composable

KEPT = ("sahkoposti", "maakunta", "asiakkuus")


def prepare(db: sqlite3.Connection, url: str) -> None:
    """Make the schema and the reader at `url`, and remember both. Raises SandboxError if it does not answer."""
    from psycopg2.sql import SQL, Identifier, Literal

    view = office_of(db).ura.view
    names = _names(view)
    password = meta(db, "ura_reader_password") or secrets.token_urlsafe(24)
    with _connected(url) as pg, pg.cursor() as cursor:
        cursor.execute(SQL(sql("ura_view/prepare")).format(**names))
        cursor.execute(sql("ura_view/role_exists"), (view.reader,))
        if cursor.fetchone() == (0,):
            cursor.execute(SQL(sql("ura_view/create_role")).format(**names))
        cursor.execute(SQL(sql("ura_view/read_only")).format(**names))
        cursor.execute(SQL(sql("ura_view/let_in")).format(database=Identifier(pg.info.dbname), **names))
        cursor.execute(SQL(sql("ura_view/set_password")).format(password=Literal(password), **names))
    set_meta(db, "ura_database", url)
    set_meta(db, "ura_reader_password", password)


def fill(db: sqlite3.Connection, switches: Switches) -> None:
    """Make the view's content tonight's: all of it, none of it, or no view at all."""
    from psycopg2.sql import SQL

    mode, office = switches.mode("ura_drop"), office_of(db)
    names = _names(office.ura.view)
    with _connected(need(db, "ura_database")) as pg, pg.cursor() as cursor:
        cursor.execute(SQL(sql("ura_view/empty")).format(**names))
        cursor.execute(SQL(sql("ura_view/drop_views")).format(**names))
        if mode == "missing":
            return
        cursor.execute(SQL(sql("ura_view/create_views")).format(columns=_columns(mode, office), **names))
        rows = io.StringIO()
        csv.writer(rows, quoting=csv.QUOTE_ALL).writerows(_table(db, office, mode))
        rows.seek(0)
        cursor.copy_expert(SQL(sql("ura_view/copy")).format(**names), rows)


def _names(view: View) -> dict[str, Composable]:
    from psycopg2.sql import Identifier

    return {name: Identifier(found) for name, found in asdict(view).items()}


def _columns(mode: str | None, office: Office) -> Composable:
    """What the views show, damaged as the files are."""
    from psycopg2.sql import SQL, Identifier

    shown = SQL("{} AS {}")
    kept = damage.shape(mode, KEPT, "register")
    header = damage.header(mode, office.ura.columns)
    return SQL(", ").join(
        shown.format(Identifier(column), Identifier(name)) for column, name in zip(kept, header, strict=True)
    )


def _table(db: sqlite3.Connection, office: Office, mode: str | None) -> Iterator[tuple[Any, ...]]:
    """What both views show: a number, the register, and the row."""
    numbers = itertools.count(1)
    for register in REGISTERS:
        found = db.execute(sql("world/ura_rows"), (damage.register(mode, register),))
        for row in damage.rows(mode, office, register, found):
            yield (next(numbers), register, *row)


def reader_url(db: sqlite3.Connection) -> str | None:
    """The SQLAlchemy URL of the read-only login, or None where the world has no SQL view."""
    url = meta(db, "ura_database")
    if url is None:
        return None
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(
        parts._replace(netloc=f"{office_of(db).ura.view.reader}:{need(db, 'ura_reader_password')}@{host}")
    )


@contextmanager
def _connected(url: str) -> Iterator[connection]:
    """One transaction at `url`; errors carry their kind only, never a value or a password."""
    import psycopg2

    failure = ""
    try:
        parts = urlsplit(url)
        pg = psycopg2.connect(urlunsplit(parts._replace(scheme="postgresql")))
        try:
            with pg:
                yield pg
        finally:
            pg.close()
    except (psycopg2.Error, ValueError) as error:
        failure = f"{type(error).__name__} {getattr(error, 'pgcode', None) or ''}".strip()
    if failure:
        raise SandboxError(
            f"the database of URA's view cannot be used ({failure}): it must be a PostgreSQL URL such as "
            "postgresql+psycopg2://login@127.0.0.1:5432/ura whose login may create a schema and a role"
        )
