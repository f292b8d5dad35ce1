"""URA's SQL view in a real PostgreSQL: tonight's rows, and a login that can read them and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from local.postgres import Server
from tests.sandbox.outside import Outside, run

REGISTERS = ("persons", "companies")


@pytest.fixture(scope="module")
def outside(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    found = Outside(tmp_path_factory.mktemp("view"))
    found.run("create", "--addresses", "200", "--date", "2026-11-23", "--ura-database", postgres.ura_url)
    with found.served():
        yield found


def reader(outside: Outside) -> str:
    return str(outside.endpoints["ura"]["view_url"]).replace("+psycopg2", "")


def query(outside: Outside, statement: str) -> list[tuple[str, ...]]:
    pg = psycopg2.connect(reader(outside))
    try:
        with pg.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())
    finally:
        pg.close()


def drop(outside: Outside, register: str) -> list[tuple[str, ...]]:
    day = json.loads((outside.home / "night.json").read_text())["date"]
    with (outside.home / "drop" / f"ura_{register}_{day}.csv").open(encoding="utf-8", newline="") as file:
        return [tuple(row) for row in csv.reader(file, delimiter=";")][1:]


@pytest.mark.parametrize("register", REGISTERS)
def test_the_view_shows_what_the_drop_holds_night_after_night(outside: Outside, register: str) -> None:
    columns = "SELECT sahkoposti, maakunta, asiakkuus FROM ura.customer_email_"
    assert sorted(query(outside, columns + register)) == sorted(drop(outside, register))
    outside.run("advance")
    assert sorted(query(outside, columns + register)) == sorted(drop(outside, register))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM ura.customer_email",
        "DELETE FROM ura.customer_email_persons",
        "INSERT INTO ura.customer_email_persons VALUES ('x', 'y', 'z')",
        "CREATE TABLE ura.mine (x int)",
        "CREATE TABLE public.mine (x int)",
    ],
)
def test_the_reader_can_read_the_views_and_nothing_else(outside: Outside, statement: str) -> None:
    with pytest.raises(psycopg2.errors.lookup("42501")) as refused:
        query(outside, "SET default_transaction_read_only = off; COMMIT; " + statement)
    assert refused.value.pgcode == "42501"
    with pytest.raises(psycopg2.Error):
        query(outside, statement)


@pytest.mark.parametrize("register", REGISTERS)
def test_faults_reach_the_view_too(outside: Outside, register: str) -> None:
    count = f"SELECT count(*) FROM ura.customer_email_{register}"
    outside.run("advance", "--fault", "ura-empty")
    assert query(outside, count) == [(0,)]
    outside.run("advance", "--fault", "ura-missing")
    with pytest.raises(psycopg2.errors.UndefinedTable):
        query(outside, count)
    outside.run("heal")
    assert query(outside, count) == [(len(drop(outside, register)),)]
    outside.run("advance")
    assert query(outside, count) == [(len(drop(outside, register)),)]


def test_a_database_that_moved_is_named_anew_and_the_reader_keeps_its_password(
    outside: Outside, postgres: Server
) -> None:
    before = query(outside, "SELECT count(*) FROM ura.customer_email_persons")
    outside.run("advance", "--ura-database", postgres.ura_url)
    assert query(outside, "SELECT count(*) FROM ura.customer_email_persons") != [(0,)]
    assert before != [(0,)]


def test_without_a_database_there_is_no_view(served: Outside) -> None:
    assert served.endpoints["ura"]["view_url"] is None


def test_a_login_that_may_not_make_the_view_is_one_line(outside: Outside, tmp_path: Path) -> None:
    done = run("create", "--addresses", "50", "--ura-database", reader(outside), home=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert reader(outside) not in done.stderr


def test_another_office_has_views_columns_and_a_reader_of_its_own(
    outside: Outside, postgres: Server, tmp_path: Path
) -> None:
    other = Outside(tmp_path)
    other.run("create", "--office", "osterbotten", "--addresses", "100", "--ura-database", postgres.ura_url)
    with other.served():
        assert "//kundregister_reader:" in reader(other)
        found = query(other, 'SELECT "e-post", landskap, kundskap FROM kundregister.personkunder_epost')
        assert len(found) > 70
        assert {row[2] for row in found} == {"öppen", "avslutad"}
        with pytest.raises(psycopg2.errors.lookup("42501")):
            query(other, "SELECT sahkoposti FROM ura.customer_email_persons")
    other.run("advance", "--fault", "ura-column-reordered")
    assert query(outside, "SELECT count(*) FROM ura.customer_email_persons") != [(0,)]
