"""What every way into a source gives: chunks of raw values, and at the end what proves them whole."""

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
    """Some rows: the values that are the office's, and how many rows were read and filtered for them."""

    values: AddressColumn
    received: int
    filtered: int


@dataclass(frozen=True)
class Ending:
    """What the source said of itself once it was read to the end.

    `matching`: how many rows it counted as the office's own, where it can. `may_repeat`: whether the same content
    (`digest`) may come on two nights.
    """

    declared: int | None
    pages: int
    contract: str
    digest: str
    matching: int | None = None
    may_repeat: bool = True


class Reading(Protocol):
    """A source being read. `chunks` first, to the end; then `ending`. SourceFailed says why it is not whole."""

    def chunks(self) -> Iterator[Chunk]: ...

    def ending(self) -> Ending: ...


def require_agreed_columns(source: str, columns: Columns, found: list[str]) -> None:
    """The columns that came are the agreed ones, in any order. Raises SourceFailed, which names agreed ones only."""
    missing = [column for column in columns.agreed if column not in found]
    if missing:
        raise SourceFailed(f"{source}: the agreed column {missing[0]} is missing")
    if len(found) != len(columns.agreed):
        more = len(found) - len(columns.agreed)
        raise SourceFailed(f"{source}: {more} column(s) came that were not agreed")
