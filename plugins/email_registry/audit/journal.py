"""Who was deleted, suppressed or gone, outside the database and without their addresses: a backup knows less than this.

    {"begins": …}                                                              what is before it is not known any more
    {"at", "on", "what", "scope", "reason", "key", "form", "after", "digests"}   keyed hashes, some thousands a line

Written just before the database commits what it tells of: a crash in between leaves a line too many, never one too few.
A line whose end is missing was never followed by a commit. `after` is the event that was anchored last: clocks err.
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
from typing import Any, BinaryIO, Literal

from email_registry.audit.anchors import anchored
from email_registry.boundaries.files import file_work
from email_registry.errors import Held
from email_registry.settings import environment, utc_now

What = Literal["new", "deleted", "suppressed", "ended", "gone", "unseen", "proven", "back", "closed"]
AT_ONCE = 5000


@dataclass(frozen=True)
class Entry:
    """Some addresses by keyed hash, and what became of them on a date.

    `scope`: their audience, or `all`; `reason`: a suppression's. `new`: loaded for the first time; `gone`: no source
    brought them, and that was proven; `unseen`: not proven yet; `proven`: proven later; `back`: brought again. `ended`:
    a suppression that is no more. `closed`: the registry itself, without a hash.
    """

    what: What
    on: date
    scope: str
    key: int
    form: int
    digests: Sequence[bytes]
    reason: str | None = None


def note(entry: Entry) -> None:
    """Add to the journal, and see it on the disk."""
    if not entry.digests and entry.what != "closed":
        return
    head = anchored()
    common = {
        "at": utc_now().isoformat(), "on": entry.on.isoformat(), "what": entry.what, "scope": entry.scope,
        "reason": entry.reason, "key": entry.key, "form": entry.form, "after": head.event if head else 0,
    }  # fmt: skip
    parts = (entry.digests[start : start + AT_ONCE] for start in range(0, len(entry.digests) or 1, AT_ONCE))
    lines = [json.dumps({**common, "digests": [digest.hex() for digest in part]}) for part in parts]
    with _held() as path:
        file_work(path, lambda: _append(path, lines))


def begins() -> datetime | None:
    """Since when the journal is whole; None where there is none."""
    lines = _lines()
    first = next(lines, None)
    return None if first is None else datetime.fromisoformat(first["begins"])


def versions() -> dict[int, int]:
    """How many lines were made with each version of the key."""
    return dict(Counter(int(line["key"]) for line in _lines() if line.get("digests")))


def since(at: datetime, event: int | None) -> Iterator[Entry]:
    """What was noted at that moment or later, or (where it is known) after that event was anchored; in order."""
    for line in _lines():
        if "begins" in line:
            continue
        if datetime.fromisoformat(line["at"]) < at and (event is None or line["after"] < event):
            continue
        digests = [bytes.fromhex(digest) for digest in line["digests"]]
        on = date.fromisoformat(line["on"])
        yield Entry(line["what"], on, line["scope"], line["key"], line["form"], digests, line["reason"])


def prune(before: datetime) -> int:
    """Take away what was noted before that moment. Returns the lines."""
    with _held() as path:
        if not path.exists():
            return 0
        lines = list(_lines())
        kept = [line for line in lines[1:] if datetime.fromisoformat(line["at"]) >= before]
        gone = len(lines) - 1 - len(kept)
        if gone:
            file_work(path, lambda: _replace(path, [{"begins": before.isoformat()}, *kept]))
    return gone


@contextmanager
def _held() -> Iterator[Path]:
    """One writer at a time, whichever process it is in."""
    path = environment().journal
    guard = path.with_name(f".{path.name}.lock")

    def work() -> int:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(guard, os.O_RDWR | os.O_CREAT, 0o600)
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
        whole = _whole(file)
        if not whole:
            lines = [json.dumps({"begins": utc_now().isoformat()}), *lines]
        file.seek(whole)
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


def _whole(file: BinaryIO) -> int:
    """Its length up to the end of its last line."""
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
        whole = _whole(file)
        file.seek(0)
        content = file.read(whole)
    for number, line in enumerate(content.splitlines(), 1):
        read = _parsed(line)
        if read is None or ("begins" in read) != (number == 1):
            raise Held(f"{path}: line {number} is damaged; put the file back from its own backup", runbook="restore")
        yield read


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        read = json.loads(line)
    except ValueError:
        return None
    return read if isinstance(read, dict) else None
