"""The loop one writes first: a row at a time through email-validator, upserts a thousand at once, who is gone last."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from timing import Work, imported, told

ROWS = 1000  # a statement
MAKE = "CREATE TABLE IF NOT EXISTS address (email text PRIMARY KEY, last_seen date NOT NULL, absent_since date)"
UPSERT = """
INSERT INTO address (email, last_seen) VALUES %s
ON CONFLICT (email) DO UPDATE SET last_seen = EXCLUDED.last_seen, absent_since = NULL
"""
GONE = "UPDATE address SET absent_since = %s WHERE last_seen < %s AND absent_since IS NULL"


def prepare() -> Work:
    import psycopg2
    from email_validator import EmailNotValidError, validate_email
    from psycopg2.extras import execute_values

    imported("encodings.punycode", "idna.uts46data", "psycopg2.sql")

    def canonical(text: str) -> str | None:
        try:
            found = validate_email(text, check_deliverability=False, strict=True)
        except EmailNotValidError:
            return None
        return f"{found.local_part.lower()}@{found.ascii_domain.lower()}"

    def work() -> int:
        tonight, seen, batch = os.environ["BENCH_DATE"], set(), []
        connection = psycopg2.connect(os.environ["BENCH_URL"])
        with connection, connection.cursor() as cursor, Path(os.environ["BENCH_DROP"]).open(encoding="utf-8") as file:
            cursor.execute(MAKE)
            for row in csv.DictReader(file, delimiter=";"):
                if row["maakunta"] != "06" or row["asiakkuus"] != "voimassa":
                    continue
                email = canonical(row["sahkoposti"].strip())
                if email is None or email in seen:
                    continue
                seen.add(email)
                batch.append((email, tonight))
                if len(batch) == ROWS:
                    execute_values(cursor, UPSERT, batch, page_size=ROWS)
                    batch = []
            if batch:
                execute_values(cursor, UPSERT, batch, page_size=ROWS)
            cursor.execute(GONE, (tonight, tonight))
        connection.close()
        return len(seen)

    return work


if __name__ == "__main__":
    told(prepare)
