"""What a delivery can do. Each call is bounded; `members` is a whole read or an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol, Self

from email_registry.boundaries.database import Database
from email_registry.errors import DeliveryFailed
from email_registry.privacy import AddressColumn

# What became of one addition. A refused one is not asked for again for a while, a failed one by the next sync.
Outcome = Literal["done", "refused", "failed"]


@dataclass(frozen=True)
class Members:
    """A page of a list: the vendor's member ids, and beside them the addresses as the vendor spells them."""

    ids: tuple[str, ...]
    emails: AddressColumn


@dataclass(frozen=True)
class Errand:
    """What is carried out: a plan, under the lease of a run, for a date. `complete`: the list was empty."""

    plan_id: int
    run_id: int
    on: date
    complete: bool


class OutcomeUnknown(DeliveryFailed):
    """The request may or may not have been done: it is never resent, the list is read again."""


class Delivery(Protocol):
    """`reads_back`: whether a read shows at once what was asked. Else a person imports it, and an export shows it."""

    reads_back: bool

    def sees(self) -> bool:
        """Whether the list itself can be read now; else only what is believed of it."""
        ...

    def members(self) -> Iterator[Members]:
        """The whole list, page by page; DeliveryFailed where the pages do not add up."""
        ...

    def was_read(self, database: Database, run_id: int) -> None:
        """In the transaction that believes what was read."""
        ...

    def carrying_out(self, errand: Errand) -> AbstractContextManager[Self]:
        """Around the batches of a plan: what is not done request by request is done at the end of it."""
        ...

    def add(self, emails: AddressColumn) -> Sequence[Outcome]:
        """One outcome an address, in order."""
        ...

    def remove(self, member_ids: Sequence[str], emails: AddressColumn) -> None:
        """`emails`: beside each id the canonical address, None of whom the registry does not know."""
        ...
