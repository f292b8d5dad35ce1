"""Our data path in a process of its own: read, judge, stage, prove, de-duplicate, load. Prints one line of JSON.

    python -m benchmarks.ours nights DATE…    one night or more, without the gate: rows of the last, seconds, peak_mb
    python -m benchmarks.ours gate DATE       a night, and the gate's seconds beside the same counts by hand

The steps are the night's own, with a gate that lets everything pass: Great Expectations is measured by itself.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from datetime import date
from typing import Any
from unittest import mock

from benchmarks.peers.timing import Work, imported, told

LATE = (
    "pandas", "psycopg2.extras", "pyarrow.compute", "pyarrow.csv", "pyarrow.pandas_compat", "encodings.punycode",
    "idna.uts46data", "disposable_email_domains", "sqlalchemy.dialects.postgresql.psycopg2",
)  # fmt: skip
SOURCE, AUDIENCE = "ura_persons", "person"


def prepare(*nights: date) -> Work:
    """Everything that the data path imports, some of it late."""
    from email_registry import night  # noqa: F401

    imported(*LATE)

    def work() -> int:
        addresses = 0
        with open_gate():
            for on in nights:
                addresses = load_and_close(up_to_load(on))
        return addresses

    return work


def open_gate() -> Any:
    """Around the steps: whatever they would have judged has passed."""
    from email_registry import check

    def passed(_: int, subjects: Iterable[str]) -> tuple[check.Verdict, ...]:
        return tuple(check.Verdict.of(subject, ()) for subject in subjects)

    return mock.patch.multiple(check, judge_staged=passed, judge_candidates=passed, publish_reports=lambda _: None)


def up_to_load(on: date) -> int:
    """A night up to its candidates. Returns its run id."""
    from email_registry import night

    night_id = night.open_night(on, owner="benchmark")
    night.extract(night_id, SOURCE)
    night.check_staged(night_id)
    night.check_candidates(night_id)
    return night_id


def load_and_close(night_id: int) -> int:
    """Returns how many addresses the audience has."""
    from email_registry import night

    counts = night.load(night_id, AUDIENCE)
    night.close_night(night_id)
    return counts["new"] + counts["returned"] + counts["unchanged"]


def gate(on: date) -> dict[str, float]:
    """The gate on a night's rows and candidates, and the same counts by one query each."""
    from benchmarks.by_hand import count
    from email_registry import check

    def judged(source: str, audience: str) -> tuple[tuple[check.Verdict, ...], float]:
        bounds = check.Bounds(check.VolumeRange(0, sys.maxsize), min_valid=0.5, continuity=0.5)
        began = time.perf_counter()
        verdicts = check.judge_staged(night_id, {source: bounds}) + check.judge_candidates(night_id, [audience])
        return verdicts, time.perf_counter() - began

    with open_gate():
        night_id = up_to_load(on)
    judged("nobody", "nobody")  # Great Expectations imports as late as it can
    count(night_id, SOURCE, AUDIENCE)  # whoever reads fresh rows first writes their hint bits
    verdicts, seconds = judged(SOURCE, AUDIENCE)
    by_hand, hand_seconds = count(night_id, SOURCE, AUDIENCE)
    for verdict, counts in zip(verdicts, by_hand, strict=True):
        seen = {one.reason: one.observed.get("unexpected", one.observed.get("seen")) for one in verdict.outcomes}
        if seen != counts:
            raise SystemExit(f"{verdict.subject}: the gate and the query by hand count differently")
    rows = load_and_close(night_id)
    return {"rows": rows, "gx_seconds": round(seconds, 3), "hand_seconds": round(hand_seconds, 3)}


def main() -> None:
    command, nights = sys.argv[1], [date.fromisoformat(text) for text in sys.argv[2:]]
    if command == "gate":
        imported(*LATE)
        print(json.dumps(gate(nights[0])))
    else:
        told(lambda: prepare(*nights))


if __name__ == "__main__":
    main()
