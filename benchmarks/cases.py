"""What is measured: our ways into a source, and what one would write instead of each.

A case is made first (its imports are not measured) and gives the work, which returns the number of rows. Where the
data is stands in the environment: `worlds.py` made it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

Work = Callable[[], int]
DAY = date(2026, 11, 23)


def ours(source: str, way: str) -> Callable[[], Work]:
    """Our reading of a source by one of its ways, to its proof. Judging has a benchmark of its own."""

    def prepare() -> Work:
        import pandas  # noqa: F401  pyarrow imports it with the first value that it compares
        import paramiko  # noqa: F401
        import psycopg2  # noqa: F401
        import pyarrow.compute
        import pyarrow.csv  # noqa: F401

        from email_registry.extract.extraction import Extraction

        def work() -> int:
            extraction = Extraction(source, DAY, way)
            reading, rows = extraction.reading(), 0
            for chunk in reading.chunks():
                rows += chunk.received
            declared = reading.ending().declared
            assert declared in (None, rows)  # noqa: S101
            return rows

        return work

    return prepare


def pandas_csv() -> Work:
    import pandas

    file = Path(os.environ["BENCH_DROP"]) / f"ura_persons_{DAY}.csv"

    def work() -> int:
        found = pandas.read_csv(file, sep=";", dtype=str)
        own = found[(found["maakunta"] == "06") & (found["asiakkuus"] == "voimassa")]["sahkoposti"].tolist()
        return len(found) if own else 0

    return work


def pandas_sql() -> Work:
    import pandas
    import psycopg2  # noqa: F401
    import sqlalchemy

    query = (Path(__file__).parent / "sql" / "read_all.sql").read_text()

    def work() -> int:
        with sqlalchemy.create_engine(os.environ["BENCH_VIEW"]).connect() as connection:
            found = pandas.read_sql(sqlalchemy.text(query), connection)
        return len(found["sahkoposti"].tolist())

    return work


def requests_loop() -> Work:
    """The loop of every tutorial: follow `@odata.nextLink`, gather the rows."""
    import requests

    crm: dict[str, Any] = json.loads(os.environ["BENCH_CRM"])

    def work() -> int:
        login = {
            "grant_type": "client_credentials",
            "client_id": crm["client_id"],
            "client_secret": crm["client_secret"],
            "scope": crm["scope"],
        }
        token = requests.post(crm["token_url"], data=login, timeout=60).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Prefer": f"odata.maxpagesize={crm['page_size']}"}
        session, rows = requests.Session(), []
        for entity_set in crm["entity_sets"]:
            query = {"$select": "emailaddress1,address1_stateorprovince", "$filter": crm["filter"]}
            url: str | None = f"{crm['environment']}/api/data/v9.2/{entity_set}"
            while url:
                page = session.get(url, params=query, headers=headers, timeout=60).json()
                rows += [row["emailaddress1"] for row in page["value"]]
                url, query = page.get("@odata.nextLink"), {}
        return len(rows)

    return work


CASES: dict[str, Callable[[], Work]] = {
    "csv": ours("ura_persons", "file"),
    "csv-pandas": pandas_csv,
    "sftp": ours("ura_persons", "sftp"),
    "sql": ours("ura_persons", "view"),
    "sql-pandas": pandas_sql,
    "odata": ours("kasvucrm_companies", "odata"),
    "odata-one": ours("kasvucrm_companies", "odata_one"),
    "odata-requests": requests_loop,
    "odata-file": ours("kasvucrm_companies", "file"),
}
