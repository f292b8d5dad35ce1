"""What both ways of using dlt share: the pipeline into PostgreSQL, files in CSV (COPY), upserts by address."""

from __future__ import annotations

import os
from typing import Any

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"  # it would send its use to its maker
os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"  # errors may hold rows

UPSERT = {"disposition": "merge", "strategy": "upsert"}


def pipeline() -> Any:
    """Imported and made; what it keeps between two nights lies in BENCH_STATE."""
    import dlt
    import psycopg2  # noqa: F401
    from dlt.destinations.impl.postgres import postgres  # noqa: F401

    return dlt.pipeline(
        "night",
        pipelines_dir=os.environ["BENCH_STATE"],
        destination=dlt.destinations.postgres(os.environ["BENCH_URL"]),
        dataset_name="registry",
    )


def run(pipeline: Any, rows: Any) -> None:
    """Extract, normalise, load."""
    pipeline.run(
        rows, table_name="address", write_disposition=UPSERT, primary_key="email", loader_file_format="csv"
    ).raise_on_failed_jobs()
