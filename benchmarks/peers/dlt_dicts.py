"""dlt as its tutorial shows it: dicts from a generator, validated by a regular expression, each address once."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from dlt_pipeline import pipeline, run
from timing import Work, told

FORM = re.compile(r"[^@\s.,]+(?:\.[^@\s.,]+)*@(?:[\w-]+\.)+[^\W\d_]{2,}")


def prepare() -> Work:
    made, tonight = pipeline(), date.fromisoformat(os.environ["BENCH_DATE"])

    def work() -> int:
        seen: set[str] = set()

        def rows() -> Iterator[dict[str, Any]]:
            with Path(os.environ["BENCH_DROP"]).open(encoding="utf-8") as file:
                for row in csv.DictReader(file, delimiter=";"):
                    email = row["sahkoposti"].strip().lower()
                    own = row["maakunta"] == "06" and row["asiakkuus"] == "voimassa"
                    if own and FORM.fullmatch(email) and email not in seen:
                        seen.add(email)
                        yield {"email": email, "last_seen": tonight}

        run(made, rows())
        return len(seen)

    return work


if __name__ == "__main__":
    told(prepare)
