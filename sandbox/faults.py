"""Faults: which there are, and which switches the one of tonight sets.

The servers and the file writer ask `Switches.mode(place)`, and play the mode they are told; nothing else in the
sandbox knows a fault by its id. A new fault is an entry in faults.yaml; a new way of failing is a mode in
`MODES` and the few lines at that place that play it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sandbox.errors import SandboxError

MODES: dict[str, frozenset[str]] = {
    "ura_drop": frozenset(
        {
            "again",
            "column-missing",
            "column-new",
            "column-renamed",
            "column-reordered",
            "companies-empty",
            "country",
            "empty",
            "fewer",
            "huge-field",
            "missing",
            "mixed-line-ends",
            "no-marker",
            "nul",
            "open-quote",
            "still-growing",
            "swapped",
            "wrong-digest",
            "wrong-encoding",
        }
    ),
    "kasvucrm": frozenset(
        {
            "401-always",
            "401-midway",
            "429-endless",
            "429-storm",
            "500",
            "502",
            "body-cut",
            "column-missing",
            "column-new",
            "column-renamed",
            "column-reordered",
            "count-cap",
            "country",
            "down",
            "empty",
            "fewer",
            "html",
            "json-cut",
            "link-circle",
            "link-elsewhere",
            "link-itself",
            "page-cap",
            "reset",
            "retry-after-date",
            "retry-after-huge",
            "retry-after-negative",
            "rows-moving",
            "slow-drip",
            "timeout",
        }
    ),
    "tls": frozenset({"untrusted"}),
    "webropol": frozenset(
        {
            "401-always",
            "401-midway",
            "429-endless",
            "429-storm",
            "504-after-apply",
            "another-editor",
            "applied-late",
            "down",
            "json-cut",
            "list-deleted",
            "list-empty-200",
            "list-renamed",
            "list-reset",
            "list-twin",
            "lower-cased",
            "member-twice",
            "pages-cut",
            "pages-looping",
            "pages-shifting",
            "pages-shrinking",
            "partial-errors",
            "removal-404",
            "reply-lost",
            "reset-midway",
            "tag-dropped",
        }
    ),
    # What befalls the office itself: no system of the sandbox plays it, the tests do.
    "office": frozenset(
        {
            "clock-day-ahead",
            "clock-day-back",
            "clock-ten-years-ahead",
            "database-restarted",
            "disk-full",
            "killed-at-every-step",
            "newer-night-while-waiting",
            "one-task-twice",
            "two-runs-at-once",
        }
    ),
}
SOURCES = frozenset({"ura_persons", "ura_companies", "kasvucrm_companies"})
FAULTS_FILE = Path(__file__).with_name("faults.yaml")


@dataclass(frozen=True, slots=True)
class Fault:
    """One entry of faults.yaml."""

    id: str
    does: str
    switch: dict[str, str]
    unproven: tuple[str, ...]
    unreachable: bool
    outcome: str


@dataclass(frozen=True, slots=True)
class Switches:
    """How each place is to behave: `mode(place)` is None where it is healthy."""

    fault: Fault | None

    def mode(self, place: str) -> str | None:
        if place not in MODES:
            raise KeyError(place)
        return None if self.fault is None else self.fault.switch.get(place)


HEALTHY = Switches(None)


def switches(fault_id: str | None) -> Switches:
    """The switches that a fault sets. Raises SandboxError for an id that is not in faults.yaml."""
    if not fault_id:
        return HEALTHY
    known = load()
    if fault_id not in known:
        raise SandboxError(f"there is no fault of that name; there are: {', '.join(sorted(known))}")
    return Switches(known[fault_id])


@cache
def load(path: Path = FAULTS_FILE) -> dict[str, Fault]:
    """All faults by id. Raises SandboxError that names the entry and what is wrong with it."""
    faults: dict[str, Fault] = {}
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        fault = _fault(entry, path)
        if fault.id in faults:
            raise SandboxError(f"{path.name}: the fault {fault.id} is there twice")
        faults[fault.id] = fault
    return faults


def _fault(entry: dict[str, Any], path: Path) -> Fault:
    expected = set(Fault.__dataclass_fields__)
    if set(entry) != expected:
        raise SandboxError(
            f"{path.name}: {entry.get('id', 'an entry')} must have exactly {', '.join(sorted(expected))}"
        )
    fault = Fault(**{**entry, "unproven": tuple(entry["unproven"])})
    for place, mode in fault.switch.items():
        if mode not in MODES.get(place, ()):
            raise SandboxError(f"{path.name}: {fault.id} sets {place}: {mode}, which nothing here can play")
    if not SOURCES.issuperset(fault.unproven):
        raise SandboxError(f"{path.name}: {fault.id} names a source that is not there")
    return fault
