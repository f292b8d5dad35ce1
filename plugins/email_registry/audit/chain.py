"""Checks that a chain of events is whole and is the one whose heads were written outside the database. Pure.

The hash is computed here and not by the database, because somebody who may rewrite its rows may rewrite its functions
too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from email_registry.audit.heads import Heads

Rows = Iterable[Sequence[Any]]  # parts of the statement `audit/read`, in order
ERA = "AD"


class Broken(NamedTuple):
    """The first event that is not as it was written, and why, in words."""

    event: int
    why: str


@dataclass
class Walk:
    """How far a chain was followed. `first` is 0 where the chain has no event."""

    events: int = 0
    first: int = 0
    last: int = 0
    hash: bytes = b""
    broken: Broken | None = None


def walk(rows: Rows, heads: Heads) -> Walk:
    """Follow the chain from its first event to its last, or to the first broken one. It keeps one part in memory."""
    progress, agreed = Walk(), 0
    for part in rows:
        for row in part:
            progress.broken = _check_event(row, progress, heads, agreed)
            if progress.broken:
                return progress
            progress.events, progress.last, progress.hash = progress.events + 1, row.id, bytes(row.hash)
            progress.first = progress.first or row.id
            agreed = row.id if row.id in heads.anchors else agreed
    if heads.last > progress.last:
        reason = f"events up to {heads.last} were anchored, and the chain ends before"
        progress.broken = Broken(progress.last + 1, reason)
    return progress


def _check_event(row: Any, progress: Walk, heads: Heads, agreed: int) -> Broken | None:
    """Report what is wrong with the next event. `agreed` is the newest event before it that was as it was anchored."""
    if not progress.events:
        gap = _check_first(row, heads.closed)
        if gap:
            return gap
    elif row.id != progress.last + 1:
        return Broken(progress.last + 1, f"it is missing: after event {progress.last} comes {row.id}")
    elif bytes(row.previous) != progress.hash:
        return Broken(row.id, f"it does not follow event {progress.last}")
    if bytes(row.hash) != _hash(row):
        return Broken(row.id, "it is not what was written: its hash is another")
    anchored = heads.anchors.get(row.id)
    if anchored is not None and anchored != bytes(row.hash).hex():
        return Broken(agreed + 1, f"the chain was rewritten between events {agreed} and {row.id}, which was anchored")
    return None


def _check_first(row: Any, closed: Mapping[int, str]) -> Broken | None:
    """Report where the chain does not begin with event 1, nor after closed years, which are written outside too."""
    previous = bytes(row.previous)
    if row.id == 1:
        return Broken(1, "it does not begin the chain") if previous else None
    if closed.get(row.id - 1) == previous.hex():
        return None
    return Broken(1, f"events 1 to {row.id - 1} are missing, and no closing of their years was anchored")


def _hash(row: Any) -> bytes:
    texts = (row.actor, row.action, row.subject, row.policy_digest)
    if not str(row.at).endswith(ERA) or any("\n" in text or "\r" in text for text in texts):
        return b""
    run = "-" if row.run_id is None else str(row.run_id)
    at = str(row.at).removesuffix(ERA)
    line = "\n".join((str(row.id), at, row.actor, row.action, row.subject, run, row.counts, row.policy_digest))
    return hashlib.sha256(bytes(row.previous) + line.encode()).digest()
