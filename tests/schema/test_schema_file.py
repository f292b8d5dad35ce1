"""include/sql/schema.sql is what a migrated database has, told by PostgreSQL itself."""

from __future__ import annotations

import pytest

from local.binaries import find_binaries
from local.postgres import Server
from local.schema_file import SCHEMA_FILE, read_schema
from tests.registry_rows import run_sql


def test_the_file_is_the_schema_of_a_migrated_database(postgres: Server, migrated_template: str) -> None:
    written = SCHEMA_FILE.read_text(encoding="utf-8")
    major = find_binaries().version.split(".")[0]
    if f"pg_dump of PostgreSQL {major} " not in written:
        pytest.skip(f"the file was written by another version than PostgreSQL {major}")
    assert read_schema(postgres, migrated_template) == written, "run `make schema`"


def test_a_column_more_makes_the_file_differ(postgres: Server, registry_env: dict[str, str]) -> None:
    run_sql(registry_env["REGISTRY_ADMIN_URL"], "ALTER TABLE operations.run ADD COLUMN shoe_size int")
    database = registry_env["REGISTRY_URL"].rpartition("/")[2]
    assert "shoe_size" in read_schema(postgres, database)
