"""The heads that were written outside the database, read whole: what the chain has to be, as far as they go.

{"event", "hash", "at"}                    the chain's head after a run or a case; with `restored` after a restore
{"closed", "hash", "at"}                   years that ended: the last event that went, and its hash
{"mailed", "at"} and {"unmailed", "at"}    whether the head of that event was mailed
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from email_registry.boundaries.files import file_work
from email_registry.settings import environment


@dataclass
class Heads:
    """`anchors` and `closed`: event -> hash. `unmailed_at`: when a head could not be mailed, and none was since."""

    anchors: dict[int, str] = field(default_factory=dict)
    closed: dict[int, str] = field(default_factory=dict)
    mailed: int = 0
    unmailed_at: datetime | None = None

    @property
    def last(self) -> int:
        """The newest event that is anchored; 0 where none is."""
        return max(self.anchors, default=0)

    def read(self, line: Mapping[str, Any]) -> None:
        """One line of the file."""
        if "event" in line:
            if "restored" in line:
                self._forget(line["restored"])
            self.anchors[int(line["event"])] = str(line["hash"])
        elif "closed" in line:
            self.closed[int(line["closed"])] = str(line["hash"])
        elif "mailed" in line:
            self.mailed, self.unmailed_at = int(line["mailed"]), None
        elif "unmailed" in line:
            self.unmailed_at = datetime.fromisoformat(line["at"])

    def _forget(self, restored: Mapping[str, Any]) -> None:
        """What was anchored after the backup is of a database that is no more."""
        up_to = int(restored["replayed_after_event"])
        self.anchors = {event: hash_ for event, hash_ in self.anchors.items() if event <= up_to}


def heads() -> Heads:
    """Of all lines; one that was torn by a crash was not written."""
    found = Heads()
    for line in _lines():
        try:
            found.read(json.loads(line))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _lines() -> Iterator[bytes]:
    path = environment().audit_heads
    if path.exists():
        with file_work(path, lambda: path.open("rb")) as file:
            yield from (line for line in file if line.endswith(b"\n"))
