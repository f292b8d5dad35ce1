"""A view that is not whole says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from local.postgres import Server
from tests.extract.ways import (
    extracted,
    refused,
    staged,
)
from tests.offices import Office


@pytest.fixture
def ura(world: Office, postgres: Server) -> Iterator[Callable[[str], None]]:
    """Change URA's database; afterwards it is as it was."""

    def change(statement: str) -> None:
        owner = psycopg2.connect(postgres.ura_url.replace("+psycopg2", ""))
        with owner, owner.cursor() as cursor:
            cursor.execute(statement)
        owner.close()

    yield change
    change("DROP VIEW IF EXISTS ura.customer_email_persons")
    change(
        "CREATE VIEW ura.customer_email_persons AS SELECT sahkoposti, maakunta, asiakkuus FROM ura.customer_email"
        " WHERE register = 'persons'; GRANT SELECT ON ura.customer_email_persons TO ura_reader"
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("SELECT", "42P01"),
        ("CREATE VIEW ura.customer_email_persons AS SELECT maakunta, asiakkuus FROM ura.customer_email", "42501"),
        (
            "CREATE VIEW ura.customer_email_persons AS SELECT sahkoposti, maakunta FROM ura.customer_email;"
            "GRANT SELECT ON ura.customer_email_persons TO ura_reader",
            "42703",
        ),
        (  # breaks on a row, whose value PostgreSQL puts into its message
            "CREATE VIEW ura.customer_email_persons AS SELECT CAST(CAST(sahkoposti AS integer) AS text) AS sahkoposti,"
            " maakunta, asiakkuus FROM ura.customer_email; GRANT SELECT ON ura.customer_email_persons TO ura_reader",
            "22P02",
        ),
    ],
)
def test_a_view_that_is_gone_shut_changed_or_broken(
    admin_url: str, by_view: None, ura: Callable[[str], None], change: str, code: str
) -> None:
    ura("DROP VIEW ura.customer_email_persons")
    ura(change)
    said = refused(admin_url)
    assert f"the view cannot be read, SQLSTATE {code}" in said
    assert staged(admin_url) == []


def test_a_column_of_the_view_that_was_not_agreed_is_never_read(
    admin_url: str, by_view: None, ura: Callable[[str], None]
) -> None:
    before = extracted()
    ura("DROP VIEW ura.customer_email_persons")
    ura(
        "CREATE VIEW ura.customer_email_persons AS SELECT sahkoposti, maakunta, asiakkuus, 'Matti' AS nimi"
        " FROM ura.customer_email WHERE register = 'persons'; GRANT SELECT ON ura.customer_email_persons TO ura_reader"
    )
    after = extracted()
    assert (after.complete, after.staged, after.valid) == (True, before.staged, before.valid)


def test_a_view_without_an_address_in_a_row_counts_it_as_missing(
    admin_url: str, by_view: None, ura: Callable[[str], None]
) -> None:
    before = extracted()
    ura("DROP VIEW ura.customer_email_persons")
    ura(
        "CREATE VIEW ura.customer_email_persons AS SELECT sahkoposti, maakunta, asiakkuus FROM ura.customer_email"
        " WHERE register = 'persons' UNION ALL SELECT NULL, '06', 'voimassa';"
        "GRANT SELECT ON ura.customer_email_persons TO ura_reader"
    )
    after = extracted()
    assert after.rejected["missing"] == before.rejected.get("missing", 0) + 1


def test_a_count_that_is_not_what_comes(
    admin_url: str, by_view: None, ura: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The count and the rows are of one snapshot: a difference is a fault of the other side."""
    ura("DROP VIEW ura.customer_email_persons")
    ura(
        "CREATE OR REPLACE FUNCTION ura.flaky() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS"
        " $$ SELECT count(*) FROM pg_cursors WHERE statement LIKE '%customer_email_persons%' $$;"
        "CREATE VIEW ura.customer_email_persons AS SELECT sahkoposti, maakunta, asiakkuus FROM ura.customer_email"
        " WHERE register = 'persons' AND (ura.flaky() = 0 OR id % 2 = 0);"
        "GRANT SELECT ON ura.customer_email_persons TO ura_reader"
    )
    assert "were declared" in refused(admin_url)


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg2://matti@127.0.0.1:1/ura", "nonsense", "mysql+nothing://matti:salasana@127.0.0.1/ura"]
)
def test_a_database_that_is_not_there(admin_url: str, by_view: None, tmp_path: Path, url: str) -> None:
    (tmp_path / "secrets" / "connections.json").write_text(json.dumps({"ura_view": {"extra": {"url": url}}}))
    said = refused(admin_url)
    assert "the view cannot be read" in said
    assert "salasana" not in said
