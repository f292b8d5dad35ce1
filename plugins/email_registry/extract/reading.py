"""The interface of a way into a source: it yields chunks of raw values, and then what proves that they are complete."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from email_registry.errors import SourceFailed
from email_registry.privacy import AddressColumn
from email_registry.settings.policy import Columns

CHUNK = 20_000


@dataclass(frozen=True)
class Chunk:
    """Some rows of a source: the office's values, and how many rows were received and filtered out for them."""

    values: AddressColumn
    received: int
    filtered: int


@dataclass(frozen=True)
class Ending:
    """What is known about a source when it was read to the end.

    `declared`: the source's own count of all rows. `matching`: its own count of the office's rows. A count that the
    source does not have is None. `may_repeat`: whether the same content (`digest`) may come on two nights.
    """

    declared: int | None
    pages: int
    contract: str
    digest: str
    matching: int | None = None
    may_repeat: bool = True


class Reading(Protocol):
    """A source that is being read. Iterate over `chunks` to the end, then call `ending`.

    Raises SourceFailed when the source is not complete; the error says why.
    """

    def chunks(self) -> Iterator[Chunk]: ...

    def ending(self) -> Ending: ...


def require_agreed_columns(source: str, columns: Columns, found: list[str]) -> None:
    """Raise SourceFailed unless exactly the agreed columns were found, in any order. It names only agreed columns."""
    missing = [column for column in columns.agreed if column not in found]
    if missing:
        raise SourceFailed(f"{source}: the agreed column {missing[0]} is missing")
    if len(found) != len(columns.agreed):
        more = len(found) - len(columns.agreed)
        raise SourceFailed(f"{source}: {more} column(s) came that were not agreed")
