"""Every address upserted every night, as most pipelines do: for the WAL of touching each row. It gets clean rows."""

from __future__ import annotations

import os
from pathlib import Path

from timing import Work, told

MAKE = """
CREATE TABLE IF NOT EXISTS address (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    audience  text COLLATE "C" NOT NULL,
    email     text COLLATE "C" NOT NULL,
    last_seen date NOT NULL,
    UNIQUE (audience, email)
);
CREATE UNLOGGED TABLE IF NOT EXISTS tonight (email text COLLATE "C");
TRUNCATE tonight
"""
UPSERT = """
INSERT INTO address (audience, email, last_seen)
SELECT 'person', email, %s FROM tonight
ON CONFLICT (audience, email) DO UPDATE SET last_seen = EXCLUDED.last_seen
"""


def prepare() -> Work:
    import psycopg2

    def work() -> int:
        connection = psycopg2.connect(os.environ["BENCH_URL"])
        with connection, connection.cursor() as cursor, Path(os.environ["BENCH_CLEAN"]).open("rb") as file:
            cursor.execute(MAKE)
            cursor.copy_expert("COPY tonight FROM STDIN (FORMAT csv, HEADER)", file)
            cursor.execute(UPSERT, (os.environ["BENCH_DATE"],))
            rows = cursor.rowcount
        connection.close()
        return rows

    return work


if __name__ == "__main__":
    told(prepare)
