"""Reads all heads that were written outside the database. They say what the chain has to be, as far as they go.

{"event", "hash", "at"}                    the chain's head after a run or a case; with `restored` after a restore
{"closed", "hash", "at"}                   years that ended: the last event that was deleted, and its hash
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
    """The heads. `anchors` and `closed` map an event to its hash.

    `unmailed_at` is when a head could not be mailed, as long as none was mailed since.
    """

    anchors: dict[int, str] = field(default_factory=dict)
    closed: dict[int, str] = field(default_factory=dict)
    mailed: int = 0
    unmailed_at: datetime | None = None

    @property
    def last(self) -> int:
        """The newest anchored event, or 0 where none is."""
        return max(self.anchors, default=0)

    def read(self, line: Mapping[str, Any]) -> None:
        """Take one line of the file in."""
        if "event" in line:
            if "restored" in line:
                self._drop_after_backup(line["restored"])
            self.anchors[int(line["event"])] = str(line["hash"])
        elif "closed" in line:
            self.closed[int(line["closed"])] = str(line["hash"])
        elif "mailed" in line:
            self.mailed, self.unmailed_at = int(line["mailed"]), None
        elif "unmailed" in line:
            self.unmailed_at = datetime.fromisoformat(line["at"])

    def _drop_after_backup(self, restored: Mapping[str, Any]) -> None:
        """Drop the anchors from after the backup, because their database exists no more."""
        up_to = int(restored["replayed_after_event"])
        self.anchors = {event: hash_ for event, hash_ in self.anchors.items() if event <= up_to}


def heads() -> Heads:
    """Read the heads of all lines. A line that a crash tore counts as not written."""
    written = Heads()
    for line in _lines():
        try:
            written.read(json.loads(line))
        except (ValueError, KeyError, TypeError):
            continue
    return written


def _lines() -> Iterator[bytes]:
    path = environment().audit_heads
    if path.exists():
        with file_work(path, lambda: path.open("rb")) as file:
            yield from (line for line in file if line.endswith(b"\n"))
