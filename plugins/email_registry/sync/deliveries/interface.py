"""What a delivery can do. Each call is bounded; `members` is a whole read or an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from email_registry.errors import DeliveryFailed
from email_registry.privacy import AddressColumn


@dataclass(frozen=True)
class Members:
    """A page of a list: the vendor's member ids, and beside them the addresses as the vendor spells them."""

    ids: tuple[str, ...]
    emails: AddressColumn


class OutcomeUnknown(DeliveryFailed):
    """The request may or may not have been done: it is never resent, the list is read again."""


class Delivery(Protocol):
    def members(self) -> Iterator[Members]:
        """The whole list, page by page; DeliveryFailed where the pages do not add up."""
        ...

    def add(self, emails: AddressColumn) -> None: ...

    def remove(self, member_ids: Sequence[str]) -> None: ...
