"""Find in the sandbox's own log what was done wrong in a night. Pure: rows and people in, faults out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from chaos.people import People


class Row(NamedTuple):
    """A line of the log: somebody was added to the list or removed from it."""

    seq: int
    at: float
    email: str
    added: bool


@dataclass
class Faults:
    """The people in whom a fault was found, by kind."""

    duplicated: set[str] = field(default_factory=set)  # on the list twice at any moment
    not_listed: set[str] = field(default_factory=set)  # wanted, and not on the list at the end
    wrongly_removed: set[str] = field(default_factory=set)  # wanted when the request was sent
    put_back: set[str] = field(default_factory=set)  # left or objected, and added again
    wrongly_added: set[str] = field(default_factory=set)  # brought by no source when the request was sent
    left_over: set[str] = field(default_factory=set)  # not wanted, and on the list at the end

    def kinds(self) -> dict[str, set[str]]:
        return {kind.name: getattr(self, kind.name) for kind in fields(self)}

    def counts(self) -> dict[str, int]:
        return {kind: len(emails) for kind, emails in self.kinds().items()}


KINDS = tuple(kind.name for kind in fields(Faults))


def judge(
    before: Mapping[str, int], rows: Iterable[Row], people: People, *, by_hand: Collection[int], on_its_way: float
) -> Faults:
    """Play the log again from the members `before`, and compare the result with who is wanted.

    `by_hand`: lines that a person made, not the client. `on_its_way`: how long after it was sent a request may be
    applied, in seconds. A request is wrong only if nothing in that time made it right.
    """
    faults, members = Faults(), Counter(before)
    for row in rows:
        since = row.at - on_its_way
        if row.added:
            members[row.email] += 1
            if members[row.email] > 1:
                faults.duplicated.add(row.email)
            elif people.throughout(row.email, "unsubscribed", since, row.at):
                faults.put_back.add(row.email)
            elif people.throughout(row.email, "absent", since, row.at):
                faults.wrongly_added.add(row.email)
            continue
        members[row.email] -= 1
        last_copy = members[row.email] == 0
        if last_copy and row.seq not in by_hand and people.throughout(row.email, "wanted", since, row.at):
            faults.wrongly_removed.add(row.email)
    listed = {email for email, copies in members.items() if copies > 0}
    faults.not_listed = people.wanted() - listed
    faults.left_over = listed - people.wanted()
    for emails in faults.kinds().values():
        emails -= people.written_off
    return faults
