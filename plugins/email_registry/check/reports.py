"""Write the quality reports:

Great Expectations' Data Docs under `environment().reports`, readable without a network.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from email_registry.boundaries.files import file_work, write_private
from email_registry.check.folders import Night, night_of, nights, read_result
from email_registry.check.pages import page, result_page, suite_page
from email_registry.check.results import Json, outcome
from email_registry.check.suites import load_suite
from email_registry.check.verdicts import Outcome, Verdict
from email_registry.settings import environment
from email_registry.settings.clock import HELSINKI

SUITES = ("staged", "candidates")


def publish_reports(night_id: int) -> Path:
    """Write the pages of a night's verdicts so far, the pages of the suites, and the index. Returns the index.

    A repeated call writes the same again. Raises RegistryError when a file cannot be written.
    """
    reports = environment().reports
    stylesheet = environment().include / "reports" / "static" / "reports.css"
    text = file_work(stylesheet, lambda: stylesheet.read_text(encoding="utf-8"))
    write_private(reports / "static" / "reports.css", text)
    for name in SUITES:
        html = suite_page(load_suite(name), title=f"What is expected: {name}", crumbs=[name], root="../")
        write_private(reports / "expectations" / f"{name}.html", html)
    for path in night_of(night_id).results():
        write_private(path.with_suffix(".html"), _verdict_page(path))
    return publish_index()


def publish_index() -> Path:
    """Write the list of all nights that have a report. Returns its file."""
    index = environment().reports / "index.html"
    write_private(index, _index_page())
    return index


def _verdict_page(path: Path) -> str:
    result = read_result(path)
    verdict, suite, meta = _verdict(path.stem, result), path.parent.name, result["meta"]
    return result_page(
        result,
        title=f"{verdict.subject}, {meta['business_date']}",
        crumbs=[meta["business_date"], meta["run_id"]["run_name"], suite, verdict.subject],
        root="../" * 4,
        verdict=verdict,
        outcomes=sorted(verdict.outcomes, key=_worst_first),
        suite=suite,
        on=meta["business_date"],
        night=meta["run_id"]["run_name"].removeprefix("night-"),
        judged_at=_local(meta["run_id"]["run_time"]),
    )


def _index_page() -> str:
    suites = [load_suite(name) for name in SUITES]
    return page(
        "index.html",
        title="Data quality",
        crumbs=[],
        root="",
        suites=suites,
        nights=[_line(night) for night in nights()],
    )


def _line(night: Night) -> dict[str, Any]:
    """Return a night's line of the index: its verdicts by suite, and the worst of them."""
    found = [(path, _verdict(path.stem, read_result(path))) for path in night.results()]
    everything = [verdict for _, verdict in found]
    return {
        "id": night.id,
        "on": night.on.isoformat(),
        "state": _worst(everything),
        "reasons": [f"{verdict.subject}: {verdict.reason}" for verdict in everything if not verdict.passed],
        "verdicts": {
            suite: [
                {"verdict": verdict, "href": path.with_suffix(".html").relative_to(environment().reports).as_posix()}
                for path, verdict in found
                if path.parent.name == suite
            ]
            for suite in SUITES
        },
    }


def _verdict(subject: str, result: Json) -> Verdict:
    return Verdict.of(subject, tuple(outcome(one) for one in result["results"]))


def _worst(verdicts: list[Verdict]) -> str:
    if not all(verdict.passed for verdict in verdicts):
        return "stop"
    return "warn" if any(verdict.warnings for verdict in verdicts) else "good"


def _worst_first(one: Outcome) -> int:
    return 2 if one.success else int(one.severity == "warn")


def _local(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(HELSINKI):%Y-%m-%d %H:%M}"
