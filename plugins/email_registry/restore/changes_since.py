"""What the journal says happened since a backup. Entries are read in order, and the last one of an address counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from email_registry import suppression
from email_registry.audit import Entry, JournalEvent
from email_registry.boundaries.database import transaction
from email_registry.errors import Held

Hashed = tuple[str, int, bytes]  # the audience or `all`, the version of the key, the hash


class ChangedState(StrEnum):
    """What an address is after all that happened since the backup."""

    DELETED = "deleted"  # not in the registry any more
    PRESENT = "present"  # a source brings it
    NOT_BROUGHT = "not_brought"  # no source brings it; its absence may be proven


class Change(NamedTuple):
    """The last change of an address. `number`: its place in the journal, which orders changes.

    An address that is not brought has `since`, and `absent` if its absence was proven.
    """

    number: int
    state: ChangedState
    since: date | None = None
    absent: date | None = None


@dataclass
class Changes:
    """All changes since the backup by keyed hash: of addresses, the new ones, suppressions, and those that ended."""

    addresses: dict[Hashed, Change] = field(default_factory=dict)
    new: set[Hashed] = field(default_factory=set)
    suppressed: dict[Hashed, Entry] = field(default_factory=dict)
    ended: set[Hashed] = field(default_factory=set)


@dataclass
class ChangedIds:
    """The ids of the registry's addresses that changed since the backup."""

    deleted: list[int] = field(default_factory=list)
    present: list[int] = field(default_factory=list)
    not_brought: dict[int, Change] = field(default_factory=dict)
    suppressed: list[int] = field(default_factory=list)


def read_changes(entries: Iterable[Entry]) -> Changes:
    """Fold the journal's entries. Held when the registry was closed since."""
    changes = Changes()
    for number, entry in enumerate(entries):
        if entry.event == JournalEvent.CLOSED:
            raise Held(
                f"the registry was closed on {entry.on}: what was deleted then may not come back. Delete the backup",
                runbook="restore",
            )
        for digest in entry.digests:
            key = (entry.scope, entry.key, digest)
            if entry.event == JournalEvent.SUPPRESSED:
                changes.suppressed[key] = entry
                changes.ended.discard(key)
            elif entry.event == JournalEvent.ENDED:
                changes.suppressed.pop(key, None)
                changes.ended.add(key)
            elif entry.event == JournalEvent.NEW:
                changes.new.add(key)
                # An address that was deleted and came again uses the row of the backup.
                changes.addresses[key] = Change(number, ChangedState.PRESENT)
            else:
                changes.addresses[key] = _next_change(changes.addresses.get(key), entry, number)
    return changes


def _next_change(before: Change | None, entry: Entry, number: int) -> Change:
    if entry.event == JournalEvent.DELETED:
        return Change(number, ChangedState.DELETED)
    if entry.event == JournalEvent.RETURNED:
        return Change(number, ChangedState.PRESENT)
    if entry.event == JournalEvent.ABSENCE_PROVEN:
        return Change(number, ChangedState.NOT_BROUGHT, since=before.since if before else None, absent=entry.on)
    proven = entry.event == JournalEvent.ABSENT
    return Change(number, ChangedState.NOT_BROUGHT, since=entry.on, absent=entry.on if proven else None)


def find_changed(changes: Changes, audiences: Sequence[str]) -> ChangedIds:
    """Find the registry's addresses that changed. Each address is hashed once for each key that the journal names.

    Afterwards `changes.new` has only the hashes of addresses that the registry lacks.
    """
    versions = {key for _, key, _ in (*changes.addresses, *changes.new, *changes.suppressed)}
    digests = {version: suppression.hashing(version) for version in sorted(versions)}
    changed = ChangedIds()
    with transaction("list_sync") as database:
        for rows in database.stream("sync/read_addresses", audiences=list(audiences)) if digests else ():
            for row in rows:
                hashes = [(version, digest(row.email.encode())) for version, digest in digests.items()]
                _sort_in(changed, changes, row.id, row.audience, hashes)
    return changed


def _sort_in(
    changed: ChangedIds, changes: Changes, address_id: int, audience: str, hashes: Sequence[tuple[int, bytes]]
) -> None:
    changes.new.difference_update((audience, *each) for each in hashes)
    own = [change for each in hashes if (change := changes.addresses.get((audience, *each))) is not None]
    last = max(own, default=None)
    if last is not None and last.state == ChangedState.DELETED:
        changed.deleted.append(address_id)
        return
    if last is not None and last.state == ChangedState.PRESENT:
        changed.present.append(address_id)
    elif last is not None:
        changed.not_brought[address_id] = last
    if any((scope, *each) in changes.suppressed for each in hashes for scope in (audience, "all")):
        changed.suppressed.append(address_id)


def group_suppressions(suppressed: Mapping[Hashed, Entry]) -> Iterator[tuple[Entry, list[bytes]]]:
    """Yield suppressions as they are recorded: those that differ only by their hash together."""
    groups: dict[tuple[object, ...], tuple[Entry, list[bytes]]] = {}
    for (_, _, digest), entry in suppressed.items():
        kind = (entry.scope, entry.key, entry.form, entry.reason, entry.on)
        groups.setdefault(kind, (entry, []))[1].append(digest)
    yield from groups.values()
