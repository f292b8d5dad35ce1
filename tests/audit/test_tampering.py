"""A superuser edits, deletes, cuts and rewrites the audit: found, every time, up to the last head outside."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import sqlalchemy as sa

from email_registry import audit
from email_registry.audit.heads import heads
from email_registry.audit.verification import verify_chain
from email_registry.boundaries.database import Database, transaction
from email_registry.settings import utc_now
from tests.audit import tampering

ANCHORED, BEYOND = 24, 4
AT_ONCE = 100


@pytest.fixture
def chain(registry_env: dict[str, str]) -> Iterator[sa.Connection]:
    """A chain of a few events, anchored now and then, and a superuser's connection in a transaction."""
    for number in range(1, ANCHORED + BEYOND + 1):
        with transaction("loader") as database:
            counts = {"new": number, "why": "syy"}
            audit.append(database, "load", "person", counts, run_id=number if number % 3 else None, at=utc_now())
        if number <= ANCHORED and (number % 5 == 0 or number == ANCHORED):
            audit.anchor()
    engine = sa.create_engine(registry_env["REGISTRY_ADMIN_URL"])
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


def undetected(chain: sa.Connection, times: int, seed: int) -> Counter[str]:
    """Tamper once, look, undo, as often as wanted. What was not found, by the way it was done."""
    chance, outside, missed = random.Random(seed), heads(), Counter[str]()
    for number in range(times):
        if number % AT_ONCE == 0:
            sweep(chain)
        cursor, way = chain.connection.cursor(), chance.choice(tampering.WAYS)
        cursor.execute("SAVEPOINT untouched")
        way(cursor, chance, ANCHORED)
        if verify_chain(Database(chain), outside).broken is None:
            missed[way.__name__] += 1
        cursor.execute("ROLLBACK TO SAVEPOINT untouched")
    assert verify_chain(Database(chain), outside).broken is None
    return missed


def sweep(chain: sa.Connection) -> None:
    """What was undone is swept up: each look would read it otherwise. Who may all may drop the key, and does."""
    chain.rollback()
    with chain.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        other.execute(sa.text("VACUUM audit.event"))
    chain.connection.cursor().execute("ALTER TABLE audit.event DROP CONSTRAINT event_pkey")


@pytest.mark.promise("log")
def test_three_hundred_at_random_are_all_found(chain: sa.Connection) -> None:
    assert not undetected(chain, 300, seed=1)


@pytest.mark.faults
def test_ten_thousand_at_random_are_all_found(chain: sa.Connection) -> None:
    assert not undetected(chain, 10_000, seed=2)


def test_what_lies_beyond_the_last_head_is_counted(chain: sa.Connection) -> None:
    found = verify_chain(Database(chain), heads())
    assert (found.events, found.anchored_up_to, found.beyond) == (ANCHORED + BEYOND, ANCHORED, BEYOND)


BREAKS = [
    ("UPDATE audit.event SET counts = '{}' WHERE id = 7", 7, "its hash is another"),
    ("UPDATE audit.event SET at = at - interval '4050 years 1 day' WHERE id = 7", 7, "its hash is another"),
    ("UPDATE audit.event SET at = 'infinity' WHERE id = 7", 7, "its hash is another"),
    # PostgreSQL writes a year BC with the same digits.
    (
        "UPDATE audit.event SET at = (to_char(at, 'YYYY-MM-DD HH24:MI:SS.US TZ') || ' BC')::timestamptz WHERE id = 7",
        7,
        "its hash is another",
    ),
    ("DELETE FROM audit.event WHERE id = 7", 7, "it is missing: after event 6 comes 8"),
    ("DELETE FROM audit.event WHERE id > 20", 21, "events up to 24 were anchored"),
    ("DELETE FROM audit.event WHERE id < 7", 1, "events 1 to 6 are missing, and no closing"),
    ("DELETE FROM audit.event", 1, "events up to 24 were anchored, and the chain ends before"),
]


def test_the_first_broken_event_is_named(chain: sa.Connection) -> None:
    for statement, event, why in BREAKS:
        chain.execute(sa.text(statement.replace(":", "\\:")))
        broken = verify_chain(Database(chain), heads()).broken
        chain.rollback()
        assert broken is not None, statement
        assert broken.event == event, statement
        assert why in broken.why


def test_a_chain_that_was_rewritten_whole_is_told_from_the_last_head_that_agrees(chain: sa.Connection) -> None:
    cursor = chain.connection.cursor()
    cursor.execute("UPDATE audit.event SET actor = 'nobody' WHERE id = 13")
    tampering.rehash(cursor)
    broken = verify_chain(Database(chain), heads()).broken
    assert broken is not None
    assert (broken.event, broken.why) == (11, "the chain was rewritten between events 10 and 15, which was anchored")


def test_a_damaged_line_of_the_heads_is_passed_over(chain: sa.Connection, registry_env: dict[str, str]) -> None:
    file = Path(registry_env["REGISTRY_HOME"]) / "audit" / "heads.jsonl"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:-1], "{torn", '"x"', "{}", lines[-1][:20]]) + "\n")
    assert verify_chain(Database(chain), heads()).anchored_up_to == 20


def test_heads_of_a_database_that_a_backup_replaced_are_not_this_ones(registry_env: dict[str, str]) -> None:
    file = Path(registry_env["REGISTRY_HOME"]) / "audit" / "heads.jsonl"
    file.parent.mkdir()
    lines = [
        {"event": 3, "hash": "aa", "at": "x"},
        {"event": 9, "hash": "bb", "at": "x"},
        {"event": 5, "hash": "cc", "at": "x", "restored": {"backup_taken": "2026-11-20", "replayed_after_event": 3}},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert heads().anchors == {3: "aa", 5: "cc"}


REFUSED = [(f"aino{sign}posti.fi", field) for sign in "@\uff20\ufe6b" for field in ("actor", "subject", "counts")]


def test_no_event_holds_an_address_however_its_sign_is_written_nor_a_lines_end(registry_env: dict[str, str]) -> None:
    connection = psycopg2.connect(registry_env["REGISTRY_URL"].replace("+psycopg2", ""))
    for text, field in (*REFUSED, ("a\nb", "actor"), ("a\rb", "subject")):
        given = {"actor": "x", "subject": "x", "counts": "x"} | {field: text}
        counts = json.dumps({"why": given["counts"]}, ensure_ascii=False)
        with connection.cursor() as cursor:
            cursor.execute("SET ROLE loader")
            with pytest.raises(psycopg2.errors.CheckViolation):
                cursor.execute(
                    "SELECT audit.append(now(), %s, 'load', %s, NULL, %s, '')",
                    (given["actor"], given["subject"], counts),
                )
        connection.rollback()
    connection.close()
