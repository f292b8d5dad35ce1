"""The schema as migrated: twice changes nothing, too old a server is refused, addresses leave no statistics."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from email_registry import audit, schema
from email_registry.boundaries.database import transaction
from email_registry.errors import ConfigurationError, DatabaseFailed
from email_registry.schema import migrations
from local.postgres import Server
from tests.registry_rows import register, run_sql


def test_the_newest_version_is_there_and_a_second_upgrade_leaves_it(registry_env: dict[str, str]) -> None:
    version = "SELECT version_num FROM public.registry_schema_version"
    before = run_sql(registry_env["REGISTRY_ADMIN_URL"], version)
    assert before == [(schema.newest(),)] == [(schema.upgrade(),)]
    assert run_sql(registry_env["REGISTRY_ADMIN_URL"], version) == before


def test_a_database_that_was_not_migrated_is_one_line_with_the_cure(
    postgres: Server, registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTRY_URL", postgres.registry_url)  # there, and empty
    with pytest.raises(DatabaseFailed, match="database upgrade"), transaction("report") as database:
        database.rows("report/audiences")


def test_an_older_server_is_refused_by_its_number(
    registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "OLDEST_SERVER", 99)
    with pytest.raises(ConfigurationError, match="PostgreSQL 99 or newer is needed; this one is 1"):
        schema.upgrade()


@pytest.mark.promise("addresses")
def test_no_statistics_are_kept_of_an_address(registry_env: dict[str, str]) -> None:
    admin_url = registry_env["REGISTRY_ADMIN_URL"]
    register(admin_url, "person", [f"matti{n}@posti.fi" for n in range(50)])
    run_sql(admin_url, "ANALYZE registry.address")
    columns = run_sql(admin_url, "SELECT attname FROM pg_stats WHERE schemaname = 'registry' AND tablename = 'address'")
    assert ("email",) not in columns
    assert ("audience",) in columns


@pytest.mark.promise("addresses")
def test_only_one_table_outside_staging_has_a_column_for_an_address(registry_env: dict[str, str]) -> None:
    found = run_sql(
        registry_env["REGISTRY_ADMIN_URL"],
        "SELECT table_schema || '.' || table_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE column_name ILIKE '%mail%' AND table_type = 'BASE TABLE'"
        " AND table_schema NOT IN ('staging', 'pg_catalog', 'information_schema')",
    )
    assert found == [("registry.address",)]


def test_staging_is_unlogged(registry_env: dict[str, str]) -> None:
    kinds = run_sql(
        registry_env["REGISTRY_ADMIN_URL"],
        "SELECT DISTINCT relpersistence FROM pg_class WHERE relnamespace = 'staging'::regnamespace AND relkind = 'r'",
    )
    assert kinds == [("u",)]


@pytest.mark.promise("log")
def test_the_audit_is_chained_and_refuses_an_address(registry_env: dict[str, str]) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    with transaction("loader") as database:
        for number in range(3):
            audit.append(database, "test", "person", {"new": number}, run_id=None, at=at)
    rows = run_sql(registry_env["REGISTRY_ADMIN_URL"], "SELECT id, previous, hash FROM audit.event ORDER BY id")
    assert [row[0] for row in rows] == [1, 2, 3]
    assert [bytes(row[1]) for row in rows[1:]] == [bytes(row[2]) for row in rows[:-1]]
    with pytest.raises(DatabaseFailed), transaction("loader") as database:
        audit.append(database, "test", "matti@posti.fi", {}, run_id=None, at=at)


@pytest.mark.promise("disclosure")
def test_an_error_of_the_database_carries_no_value(registry_env: dict[str, str]) -> None:
    register(registry_env["REGISTRY_ADMIN_URL"], "person", ["matti@posti.fi"])
    with pytest.raises(DatabaseFailed) as refused, transaction("loader") as database:
        database.copy("extract/copy", [("not a number", "matti@posti.fi", "valid")])
    assert refused.value.sqlstate == "22P02"
    assert "matti" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None
