"""The journal outside the database: which addresses were deleted, suppressed or absent, by keyed hash.

A restored backup knows less than the journal, so the journal tells it what happened since. Lines are JSON:

    {"begins": …}                                                              nothing earlier is known any more
    {"at", "on", "what", "scope", "reason", "key", "form", "after", "digests"}   at most HASHES_PER_LINE keyed hashes

A line is written just before the database commits what it tells of. A crash in between leaves a line too many, never
one too few. A line without an end was never followed by a commit. `after` is the event that was anchored last, because
clocks err.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from email_registry.audit.anchors import anchored
from email_registry.audit.states import JournalEvent
from email_registry.boundaries.files import file_work
from email_registry.errors import Held
from email_registry.settings import environment, utc_now

HASHES_PER_LINE = 5000


@dataclass(frozen=True)
class Entry:
    """Some addresses by keyed hash, and what happened to them on a date.

    `scope`: their audience, or `all`. `reason`: that of a suppression.
    """

    event: JournalEvent
    on: date
    scope: str
    key: int
    form: int
    digests: Sequence[bytes]
    reason: str | None = None


def note(entry: Entry) -> None:
    """Append an entry to the journal, and wait until it is on the disk."""
    if not entry.digests and entry.event != JournalEvent.CLOSED:
        return
    head = anchored()
    common = {
        "at": utc_now().isoformat(), "on": entry.on.isoformat(), "what": entry.event, "scope": entry.scope,
        "reason": entry.reason, "key": entry.key, "form": entry.form, "after": head.event if head else 0,
    }  # fmt: skip
    parts = (
        entry.digests[start : start + HASHES_PER_LINE] for start in range(0, len(entry.digests) or 1, HASHES_PER_LINE)
    )
    lines = [json.dumps({**common, "digests": [digest.hex() for digest in part]}) for part in parts]
    with _locked() as path:
        file_work(path, lambda: _append(path, lines))


def begins() -> datetime | None:
    """Return since when the journal is whole. None when there is no journal."""
    lines = _lines()
    first = next(lines, None)
    return None if first is None else datetime.fromisoformat(first["begins"])


def versions() -> dict[int, int]:
    """Count the lines that were made with each version of the key."""
    return dict(Counter(int(line["key"]) for line in _lines() if line.get("digests")))


def since(at: datetime, event: int | None) -> Iterator[Entry]:
    """Yield the entries since a moment or, if `event` is known, since that event was anchored; in order."""
    for line in _lines():
        if "begins" in line:
            continue
        if datetime.fromisoformat(line["at"]) < at and (event is None or line["after"] < event):
            continue
        digests = [bytes.fromhex(digest) for digest in line["digests"]]
        on = date.fromisoformat(line["on"])
        yield Entry(JournalEvent(line["what"]), on, line["scope"], line["key"], line["form"], digests, line["reason"])


def prune(before: datetime) -> int:
    """Delete the lines from before a moment. Returns how many."""
    with _locked() as path:
        if not path.exists():
            return 0
        lines = list(_lines())
        kept = [line for line in lines[1:] if datetime.fromisoformat(line["at"]) >= before]
        deleted = len(lines) - 1 - len(kept)
        if deleted:
            file_work(path, lambda: _replace(path, [{"begins": before.isoformat()}, *kept]))
    return deleted


@contextmanager
def _locked() -> Iterator[Path]:
    """Let one writer at a time in, whatever process it is in."""
    path = environment().journal
    lock_file = path.with_name(f".{path.name}.lock")

    def work() -> int:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor

    descriptor = file_work(path, work)
    try:
        yield path
    finally:
        os.close(descriptor)


def _append(path: Path, lines: Sequence[str]) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        length = _length_of_whole_lines(file)
        if not length:
            lines = [json.dumps({"begins": utc_now().isoformat()}), *lines]
        file.seek(length)
        file.truncate()
        file.write("".join(line + "\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write("".join(json.dumps(line) + "\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _length_of_whole_lines(file: BinaryIO) -> int:
    """Return the length of the file up to the end of its last whole line."""
    size = file.seek(0, os.SEEK_END)
    if size:
        file.seek(size - 1)
        if file.read(1) != b"\n":
            file.seek(0)
            return file.read().rfind(b"\n") + 1
    return size


def _lines() -> Iterator[dict[str, Any]]:
    path = environment().journal
    if not path.exists():
        return
    with file_work(path, lambda: path.open("rb")) as file:
        length = _length_of_whole_lines(file)
        file.seek(0)
        content = file.read(length)
    for number, text in enumerate(content.splitlines(), 1):
        line = _parsed(text)
        if line is None or ("begins" in line) != (number == 1):
            raise Held(f"{path}: line {number} is damaged; put the file back from its own backup", runbook="restore")
        yield line


def _parsed(text: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None
