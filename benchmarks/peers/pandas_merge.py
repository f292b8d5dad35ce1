"""pandas: read the file whole, clean it by string operations, to_sql into a temporary table, merge, mark the absent."""

from __future__ import annotations

import os

from timing import Work, imported, told

FORM = r"[^@\s.,]+(?:\.[^@\s.,]+)*@(?:[\w-]+\.)+[^\W\d_]{2,}"
ROWS = 10_000  # a statement
MAKE = (
    "CREATE TABLE IF NOT EXISTS address (email text PRIMARY KEY, last_seen date NOT NULL, absent_since date)",
    "CREATE TEMPORARY TABLE tonight (email text NOT NULL)",
)
MERGE = """
INSERT INTO address (email, last_seen) SELECT email, :tonight FROM tonight
ON CONFLICT (email) DO UPDATE SET last_seen = EXCLUDED.last_seen, absent_since = NULL
"""
GONE = "UPDATE address SET absent_since = :tonight WHERE last_seen < :tonight AND absent_since IS NULL"


def prepare() -> Work:
    import pandas
    import sqlalchemy

    imported("psycopg2", "pyarrow.pandas_compat", "sqlite3")
    engine = sqlalchemy.create_engine(os.environ["BENCH_URL"].replace("postgresql://", "postgresql+psycopg2://"))

    def work() -> int:
        found = pandas.read_csv(os.environ["BENCH_DROP"], sep=";", dtype=str)
        found = found[(found["maakunta"] == "06") & (found["asiakkuus"] == "voimassa")]
        email = found["sahkoposti"].str.strip().str.lower()
        tonight = email[email.str.fullmatch(FORM)].drop_duplicates().to_frame("email")
        date = {"tonight": os.environ["BENCH_DATE"]}
        with engine.begin() as connection:
            for statement in MAKE:
                connection.execute(sqlalchemy.text(statement))
            tonight.to_sql("tonight", connection, if_exists="append", index=False, method="multi", chunksize=ROWS)
            connection.execute(sqlalchemy.text(MERGE), date)
            connection.execute(sqlalchemy.text(GONE), date)
        return len(tonight)

    return work


if __name__ == "__main__":
    told(prepare)
