"""The floor: COPY of the night's addresses as they stand, into an unlogged table of one column. Nothing is judged."""

from __future__ import annotations

import os
from pathlib import Path

from timing import Work, told


def prepare() -> Work:
    import psycopg2

    def work() -> int:
        connection = psycopg2.connect(os.environ["BENCH_URL"])
        with connection, connection.cursor() as cursor, Path(os.environ["BENCH_ADDRESSES"]).open("rb") as file:
            cursor.execute("CREATE UNLOGGED TABLE IF NOT EXISTS address (email text)")
            cursor.execute("TRUNCATE address")
            cursor.copy_expert("COPY address FROM STDIN", file)
            rows = cursor.rowcount
        connection.close()
        return rows

    return work


if __name__ == "__main__":
    told(prepare)
