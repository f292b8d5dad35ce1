"""The interface of a way into a source: chunks of raw values, and at the end what proves that they are complete."""

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
    """Some rows: the office's values, and how many rows were read and filtered out for them."""

    values: AddressColumn
    received: int
    filtered: int


@dataclass(frozen=True)
class Ending:
    """What the source declared about itself, known when it was read to the end.

    `matching`: the source's own count of the office's rows, if it has one. `may_repeat`: whether the same content
    (`digest`) may come on two nights.
    """

    declared: int | None
    pages: int
    contract: str
    digest: str
    matching: int | None = None
    may_repeat: bool = True


class Reading(Protocol):
    """A source that is being read: first `chunks` to the end, then `ending`.

    SourceFailed says why it is not complete.
    """

    def chunks(self) -> Iterator[Chunk]: ...

    def ending(self) -> Ending: ...


def require_agreed_columns(source: str, columns: Columns, found: list[str]) -> None:
    """Require the agreed columns, in any order. The SourceFailed names only agreed columns."""
    missing = [column for column in columns.agreed if column not in found]
    if missing:
        raise SourceFailed(f"{source}: the agreed column {missing[0]} is missing")
    if len(found) != len(columns.agreed):
        more = len(found) - len(columns.agreed)
        raise SourceFailed(f"{source}: {more} column(s) came that were not agreed")
