"""What became of whom since a backup, read from the journal in order: the last word counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from email_registry import suppression
from email_registry.audit import Entry
from email_registry.boundaries.database import transaction
from email_registry.errors import Held

Hashed = tuple[str, int, bytes]  # the audience or `all`, the key's version, the hash


class Fate(NamedTuple):
    """`number`: later ones are greater. Deleted, or back; or not brought `since`, and proven so since `absent`."""

    number: int
    became: Literal["deleted", "back", "gone"]
    since: date | None = None
    absent: date | None = None


@dataclass
class Fates:
    """Since the backup, by keyed hash: what became of addresses, and who was new; suppressions, and which ended."""

    addresses: dict[Hashed, Fate] = field(default_factory=dict)
    new: set[Hashed] = field(default_factory=set)
    suppressed: dict[Hashed, Entry] = field(default_factory=dict)
    ended: set[Hashed] = field(default_factory=set)


@dataclass
class Found:
    """The registry's ids of whom something became."""

    deleted: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    gone: dict[int, Fate] = field(default_factory=dict)
    suppressed: list[int] = field(default_factory=list)


def fates(entries: Iterable[Entry]) -> Fates:
    """Fold the journal. Held where the registry was closed since."""
    found = Fates()
    for number, entry in enumerate(entries):
        if entry.what == "closed":
            raise Held(
                f"the registry was closed on {entry.on}: what was deleted then may not come back. Delete the backup",
                runbook="restore",
            )
        for digest in entry.digests:
            key = (entry.scope, entry.key, digest)
            if entry.what == "suppressed":
                found.suppressed[key] = entry
                found.ended.discard(key)
            elif entry.what == "ended":
                found.suppressed.pop(key, None)
                found.ended.add(key)
            elif entry.what == "new":
                found.new.add(key)
                found.addresses[key] = Fate(number, "back")  # whoever was deleted and came again, in the backup's row
            else:
                found.addresses[key] = _next(found.addresses.get(key), entry, number)
    return found


def _next(before: Fate | None, entry: Entry, number: int) -> Fate:
    if entry.what == "deleted" or entry.what == "back":
        return Fate(number, entry.what)
    if entry.what == "proven":
        return Fate(number, "gone", since=before.since if before else None, absent=entry.on)
    return Fate(number, "gone", since=entry.on, absent=entry.on if entry.what == "gone" else None)


def among(known: Fates, audiences: Sequence[str]) -> Found:
    """Whom of the registry they are of: every address is hashed once for each key's version that the journal names.

    Of `known.new` stays whom the registry does not have.
    """
    versions = {key for _, key, _ in (*known.addresses, *known.new, *known.suppressed)}
    digests = {version: suppression.hashing(version) for version in sorted(versions)}
    found = Found()
    with transaction("list_sync") as database:
        for rows in database.stream("sync/read_addresses", audiences=list(audiences)) if digests else ():
            for row in rows:
                hashes = [(version, digest(row.email.encode())) for version, digest in digests.items()]
                _sort(found, known, row.id, row.audience, hashes)
    return found


def _sort(found: Found, known: Fates, address_id: int, audience: str, hashes: Sequence[tuple[int, bytes]]) -> None:
    known.new.difference_update((audience, *each) for each in hashes)
    of_mine = [fate for each in hashes if (fate := known.addresses.get((audience, *each))) is not None]
    last = max(of_mine, default=None)
    if last is not None and last.became == "deleted":
        found.deleted.append(address_id)
        return
    if last is not None and last.became == "back":
        found.back.append(address_id)
    elif last is not None:
        found.gone[address_id] = last
    if any((scope, *each) in known.suppressed for each in hashes for scope in (audience, "all")):
        found.suppressed.append(address_id)


def grouped(suppressed: Mapping[Hashed, Entry]) -> Iterator[tuple[Entry, list[bytes]]]:
    """Suppressions as they are recorded: those that differ by nothing but the hash together."""
    groups: dict[tuple[object, ...], tuple[Entry, list[bytes]]] = {}
    for (_, _, digest), entry in suppressed.items():
        kind = (entry.scope, entry.key, entry.form, entry.reason, entry.on)
        groups.setdefault(kind, (entry, []))[1].append(digest)
    yield from groups.values()
