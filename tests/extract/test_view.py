"""A view that is not whole says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from email_registry.errors import ConfigurationError
from local.postgres import Server
from tests.extract.ways import extracted, overlay, refused, staged
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


def shown(ura: Callable[[str], None], columns: str) -> None:
    """The view of persons, with these columns."""
    ura("DROP VIEW ura.customer_email_persons")
    ura(
        f"CREATE VIEW ura.customer_email_persons AS SELECT {columns} FROM ura.customer_email"
        " WHERE register = 'persons'; GRANT SELECT ON ura.customer_email_persons TO ura_reader"
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("SELECT", "42P01"),
        ("CREATE VIEW ura.customer_email_persons AS SELECT maakunta, asiakkuus FROM ura.customer_email", "42501"),
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


@pytest.mark.promise("given")
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("sahkoposti, maakunta", "the agreed column asiakkuus is missing"),
        ("sahkoposti, maakunta, asiakkuus AS tila", "the agreed column asiakkuus is missing"),
        ("sahkoposti, maakunta, asiakkuus, 'Matti' AS nimi", "1 column(s) came that were not agreed"),
    ],
)
def test_columns_that_are_not_the_agreed_ones(
    admin_url: str, by_view: None, ura: Callable[[str], None], columns: str, said: str
) -> None:
    shown(ura, columns)
    assert said in refused(admin_url)


def test_columns_in_another_order(admin_url: str, by_view: None, ura: Callable[[str], None]) -> None:
    extracted()
    before = staged(admin_url)
    shown(ura, "asiakkuus, sahkoposti, maakunta")
    assert extracted().complete
    assert (staged(admin_url) == before) is True


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


@pytest.mark.promise("transfer")
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg2://matti:salasana@elsewhere.example/ura", "not among the policy's allowed_hosts"),
        ("postgresql+psycopg2://matti:salasana@127.0.0.1/ura?host=elsewhere.example", "before the slash"),
        ("postgresql+psycopg2://matti:salasana@127.0.0.1/ura?hostaddr=192.0.2.1", "before the slash"),
        ("postgresql+psycopg2:///ura", "not among the policy's allowed_hosts"),
        ("mssql+pyodbc://matti:salasana@elsewhere.example/ura?driver=x", "not among the policy's allowed_hosts"),
        ("postgresql+psycopg2://matti:salasana@ura.example/ura", "sslmode=verify-full"),
        ("postgresql+psycopg2://matti:salasana@ura.example/ura?sslmode=require", "sslmode=verify-full"),
    ],
)
def test_a_database_elsewhere_or_without_a_verified_certificate_is_sent_nothing(
    admin_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    overlay(tmp_path, monkeypatch, way="view")
    path = tmp_path / "policy.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("allowed_hosts:\n", "allowed_hosts:\n- ura.example\n"), encoding="utf-8")
    (tmp_path / "secrets" / "connections.json").write_text(json.dumps({"ura_view": {"extra": {"url": url}}}))
    found = refused(admin_url, error=ConfigurationError)
    assert said in found
    assert "salasana" not in found
