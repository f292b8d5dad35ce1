"""What every way into a source gives: chunks of raw values, and at the end what proves them whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from email_registry.privacy import AddressColumn

CHUNK = 20_000


@dataclass(frozen=True)
class Chunk:
    """Some rows: the values that are the office's, and how many rows were read and filtered for them."""

    values: AddressColumn
    received: int
    filtered: int
    page: bool = False  # whether this chunk is a page of the source's own


@dataclass(frozen=True)
class Ending:
    """What the source said of itself once it was read to the end."""

    declared: int | None
    pages: int
    contract: str
    digest: str


class Reading(Protocol):
    """A source being read. `chunks` first, to the end; then `ending`. SourceFailed says why it is not whole."""

    def chunks(self) -> Iterator[Chunk]: ...

    def ending(self) -> Ending: ...
