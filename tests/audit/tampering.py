"""What a superuser may do to the audit, at random: one of many ways each time, and from which event on it shows."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from typing import Any

Cursor = Any
COLUMNS = ("at", "actor", "action", "subject", "run_id", "counts", "policy_digest", "previous", "hash")
READ = """
SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), actor, action, subject, run_id,
       counts::text, policy_digest
FROM audit.event ORDER BY id
"""


def edit(cursor: Cursor, chance: random.Random, last: int) -> None:
    """One field of one event becomes another."""
    event, column = chance.randint(1, last), chance.choice(COLUMNS)
    value = {
        "at": f"at + {chance.choice((-1, 1, 10**6, 86_400 * 10**6))} * interval '1 microsecond'",
        "actor": "actor || 'x'",
        "action": "reverse(action) || ' '",
        "subject": "'other ' || subject",
        "run_id": "CASE WHEN run_id IS NULL THEN 7 ELSE run_id + 1 END",
        "counts": f"counts || '{{\"extra\": {chance.randint(1, 9)}}}'",
        "policy_digest": "md5(policy_digest)",
        "previous": "sha256(previous)",
        "hash": "sha256(hash)",
    }[column]
    cursor.execute(f"UPDATE audit.event SET {column} = {value} WHERE id = %s", (event,))


def move_over_a_border(cursor: Cursor, chance: random.Random, last: int) -> None:
    """The end of one field becomes the beginning of the next: the text of the line as a whole stays nearly the same."""
    event = chance.randint(1, last)
    cursor.execute(
        "UPDATE audit.event SET actor = actor || E'\\n' || action, action = subject, subject = '-' WHERE id = %s",
        (event,),
    )


def delete(cursor: Cursor, chance: random.Random, last: int) -> None:
    """Some events in a row, the last anchored one or one before it among them."""
    event = chance.randint(1, last)
    cursor.execute("DELETE FROM audit.event WHERE id BETWEEN %s AND %s", (event, event + chance.randint(0, 5)))


def delete_and_close_the_gap(cursor: Cursor, chance: random.Random, last: int) -> None:
    event = chance.randint(1, last)
    cursor.execute("DELETE FROM audit.event WHERE id = %s", (event,))
    cursor.execute("UPDATE audit.event SET id = id - 1 WHERE id > %s", (event,))


def cut_the_tail(cursor: Cursor, chance: random.Random, last: int) -> None:
    cursor.execute("DELETE FROM audit.event WHERE id > %s", (chance.randint(0, last - 1),))


def cut_the_beginning(cursor: Cursor, chance: random.Random, last: int) -> None:
    cursor.execute("DELETE FROM audit.event WHERE id <= %s", (chance.randint(1, last),))


def swap(cursor: Cursor, chance: random.Random, last: int) -> None:
    """Two events change places."""
    one = chance.randint(1, last - 1)
    other = chance.randint(one + 1, last)
    cursor.execute("UPDATE audit.event SET id = -id WHERE id IN (%s, %s)", (one, other))
    cursor.execute("UPDATE audit.event SET id = %s + id WHERE id < 0", (one + other,))


def insert(cursor: Cursor, chance: random.Random, last: int) -> None:
    """One more in between; those after it are numbered anew."""
    event = chance.randint(1, last)
    cursor.execute("UPDATE audit.event SET id = -id WHERE id >= %s", (event,))
    cursor.execute("UPDATE audit.event SET id = 1 - id WHERE id < 0")
    cursor.execute(
        "INSERT INTO audit.event SELECT %s, at, actor, action, subject, run_id, counts, policy_digest, previous, hash"
        " FROM audit.event WHERE id = %s",
        (event, event + 1),
    )


def rewrite_from(cursor: Cursor, chance: random.Random, last: int) -> None:
    """Changed, and every hash after it computed anew, as the database does it: only the heads outside tell."""
    event = chance.randint(1, last)
    cursor.execute("UPDATE audit.event SET counts = '{\"new\": 0}', actor = 'nobody' WHERE id = %s", (event,))
    rehash(cursor)


def rehash(cursor: Cursor) -> None:
    """Compute the whole chain anew."""
    previous = b""
    cursor.execute(READ)
    for row in cursor.fetchall():
        texts = ["-" if value is None else str(value) for value in row]
        now = hashlib.sha256(previous + "\n".join(texts).encode()).digest()
        cursor.execute("UPDATE audit.event SET previous = %s, hash = %s WHERE id = %s", (previous, now, row[0]))
        previous = now


WAYS: tuple[Callable[[Cursor, random.Random, int], None], ...] = (
    edit, edit, edit, move_over_a_border, delete, delete_and_close_the_gap, cut_the_tail, cut_the_beginning, swap,
    insert, rewrite_from,
)  # fmt: skip
