"""Deleted is deleted from the database's files as well: heap, indexes, statistics, and soon the WAL."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg2
import pytest

from email_registry import expire, extract
from email_registry.addresses import judge
from email_registry.boundaries.copy_format import copy_block
from email_registry.boundaries.database import transaction
from email_registry.expire.table_rewrite import rewrite
from email_registry.privacy import AddressColumn
from email_registry.settings import policy
from local.postgres import Postgres
from tests.conftest import create_database, migrate, write_secrets
from tests.registry_rows import make_absent, register, run_sql

pytestmark = pytest.mark.faults

TODAY = date(2026, 11, 23)
PEOPLE = 2000
GONE = 300
ADDRESS = re.compile(rb"[a-z]+\d+x[0-9a-f]{6}@sandbox-posti\.fi")


@pytest.fixture(scope="module")
def cluster(open_folder: Path) -> Iterator[Postgres]:
    """A server of its own: whose WAL holds nothing but what happens here, and nothing of that compressed."""
    cluster = Postgres(open_folder / "bytes", fast=True)
    try:
        with cluster.start().superuser() as cursor:
            for setting in ("wal_compression = off", "full_page_writes = on"):
                cursor.execute(f"ALTER SYSTEM SET {setting}")
            cursor.execute("SELECT pg_reload_conf()")
        yield cluster
    finally:
        cluster.kill()


@pytest.fixture
def admin_url(cluster: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    database = create_database(cluster.start(), f"registry_{secrets.token_hex(4)}")
    environment = write_secrets(tmp_path, database.url, database.admin_url)
    migrate(environment)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return database.admin_url


class Files:
    """Every file of the server. Finds are counted by what kind of file they are in, and never shown."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url = admin_url
        self._folder = Path(run_sql(admin_url, "SELECT current_setting('data_directory')")[0][0])

    def settle(self) -> None:
        """What is in memory goes to the files."""
        run_sql_outside(self._admin_url, "CHECKPOINT")

    def turn_over(self) -> None:
        """Three switches of the WAL, as an office's server makes them in some hours."""
        for _ in range(3):
            run_sql(self._admin_url, "SELECT pg_switch_wal()")
            run_sql(self._admin_url, "SELECT txid_current()")
        for _ in range(2):
            self.settle()

    def holding(self, values: list[str]) -> dict[str, int]:
        """First folder of the path -> how many of the values are anywhere in it."""
        wanted, found = {value.encode() for value in values}, dict[str, set[bytes]]()
        for path in (path for path in self._folder.rglob("*") if path.is_file()):
            there = wanted.intersection(ADDRESS.findall(path.read_bytes()))
            if there:
                found.setdefault(path.relative_to(self._folder).parts[0], set()).update(there)
        return {place: len(there) for place, there in found.items()}


def run_sql_outside(admin_url: str, statement: str) -> None:
    connection = psycopg2.connect(admin_url.replace("+psycopg2", ""))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def people(word: str, count: int) -> list[str]:
    """Each of its own, so that one found is that one: the number is followed by a letter."""
    return [f"{word}{number}x{secrets.token_hex(3)}@sandbox-posti.fi" for number in range(count)]


def read_as_members(emails: list[str]) -> None:
    """A sync reads a list into staging, and empties its part of it."""
    with transaction("list_sync") as database:
        database.copy("sync/copy_members", [(1, 1, str(n), email, "f") for n, email in enumerate(emails)])
    with transaction("list_sync") as database:
        database.execute("sync/clear_members", run_id=1)


@pytest.mark.promise("retention")
def test_after_deletion_and_rewrite_no_file_holds_who_was_deleted_and_the_wal_only_until_it_has_turned_over(
    admin_url: str,
) -> None:
    gone, stay = people("poistuva", GONE), people("pysyva", PEOPLE - GONE)
    register(admin_url, "person", sorted(gone + stay))
    run_sql(admin_url, "ANALYZE registry.address")
    read_as_members(gone)
    make_absent(admin_url, gone, TODAY)
    files = Files(admin_url)
    files.settle()
    assert files.holding(gone) == {"base": GONE, "pg_wal": GONE}  # the scan finds what is there

    plan = expire.make_plan("person", TODAY + timedelta(days=30), owner="test")
    assert plan.id is not None
    with transaction("list_sync") as database:
        database.execute(
            "plans/decide_plan", plan_id=plan.id, decision="approved", by="x", at=TODAY, why="x", reset_answer=None
        )
    assert expire.delete(plan.id, owner="test")["deleted"] == GONE
    files.turn_over()
    assert files.holding(gone) == {}
    assert files.holding(stay)["base"] == PEOPLE - GONE


def test_staging_never_reaches_the_wal(admin_url: str, cluster: Postgres) -> None:
    """Nor, once it is emptied and rewritten, any file at all."""
    rows, members, known = people("vain", 500), people("jasen", 500), people("tuttu", 500)
    judged = judge(AddressColumn(rows), policy().addresses)
    with transaction("loader") as database:
        database.copy_blocks("extract/copy", [copy_block("1", judged.emails.arrow(), judged.verdict_column)])
        database.execute("load/compare", audience="person", extracts=[1])
        database.execute("load/deduplicate", night_id=1, audience="person")
        database.execute("load/drop_difference")
    with transaction("list_sync") as database:
        database.copy("sync/copy_members", [(1, 1, str(n), email, "f") for n, email in enumerate(members)])
    register(admin_url, "person", known)
    files = Files(admin_url)
    files.settle()
    assert files.holding(known) == {"base": 500, "pg_wal": 500}  # the scan finds what is there
    assert files.holding([*rows, *members]) == {}
    cluster.stop()  # unlogged tables are written to their files now
    cluster.start()
    assert files.holding([*rows, *members]) == {"base": 1000}

    extract.clear()
    with transaction("list_sync") as database:
        database.execute("sync/clear_members", run_id=1)
    files.settle()
    assert files.holding(rows) == {}
    assert files.holding(members) == {"base": 500}  # DELETE leaves the bytes
    rewrite()
    files.settle()
    assert files.holding([*rows, *members]) == {}
