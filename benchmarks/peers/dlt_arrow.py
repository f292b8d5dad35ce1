"""dlt at its fastest: Arrow tables, COPY, MERGE. It is given clean rows, each once; nothing is judged."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from typing import Any

from dlt_pipeline import pipeline, run
from timing import Work, imported, told


def prepare() -> Work:
    import pyarrow
    from pyarrow import csv

    imported("pandas", "pyarrow.pandas_compat", "pyarrow.parquet", "dlt.common.libs.pyarrow")
    made, tonight = pipeline(), date.fromisoformat(os.environ["BENCH_DATE"])

    def work() -> int:
        rows = 0

        def tables() -> Iterator[Any]:
            nonlocal rows
            for batch in csv.open_csv(os.environ["BENCH_CLEAN"], csv.ReadOptions(block_size=16 << 20)):
                rows += batch.num_rows
                seen = pyarrow.array([tonight], pyarrow.date32()).take(
                    pyarrow.nulls(batch.num_rows, "int8").fill_null(0)
                )
                yield pyarrow.Table.from_batches([batch]).append_column("last_seen", seen)

        run(made, tables())
        return rows

    return work


if __name__ == "__main__":
    told(prepare)
