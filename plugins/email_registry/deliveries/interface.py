"""The interface of a delivery, whatever the way a list is kept. Each call is bounded; `members` reads all or fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol, Self

from email_registry.boundaries.database import Database
from email_registry.errors import DeliveryFailed
from email_registry.plans import Outcome
from email_registry.privacy import AddressColumn


@dataclass(frozen=True)
class Capabilities:
    """What a way of keeping lists can do. It is the same for every list that is kept this way."""

    acts_at_once: bool  # a request changes the list, and the next read shows it
    needs_person: bool  # a person imports sheets at Webropol and exports the list for us
    removes_duplicates: bool  # one copy of a member can be removed while another copy stays


@dataclass(frozen=True)
class Members:
    """A page of a list: the vendor's member ids, and beside them the addresses as the vendor spells them."""

    ids: tuple[str, ...]
    emails: AddressColumn


@dataclass(frozen=True)
class Execution:
    """The execution of changes under the lease of a run, for a date.

    `plan_id`: the plan that they follow; None where no plan is stored, as for the pilot and for closing. `complete`:
    the list was empty, so that the additions are the whole list.
    """

    run_id: int
    on: date
    plan_id: int | None = None
    complete: bool = False


class OutcomeUnknown(DeliveryFailed):
    """The request may or may not have been done. It is never sent again: the list is read instead."""


class Delivery(Protocol):
    """One list at Webropol, and how it is read and changed."""

    @property
    def capabilities(self) -> Capabilities: ...

    def require_one_name(self) -> None:
        """Raise Held where another list at Webropol has the same name, as far as this delivery can see."""
        ...

    def can_read_list(self) -> bool:
        """Tell whether the list itself can be read now. Otherwise we know only what we believe of it."""
        ...

    def members(self) -> Iterator[Members]:
        """Read the whole list, page by page. DeliveryFailed where the pages do not add up."""
        ...

    def note_read(self, database: Database, run_id: int) -> None:
        """Note what was read, in the transaction that believes it."""
        ...

    def executing(self, execution: Execution) -> AbstractContextManager[Self]:
        """Enclose the batches of an execution. What is not done request by request is done at its end."""
        ...

    def add(self, emails: AddressColumn) -> Sequence[Outcome]:
        """Ask for additions. Returns one outcome for each address, in order."""
        ...

    def remove(self, member_ids: Sequence[str], emails: AddressColumn) -> None:
        """Ask for removals. `emails`: the canonical address beside each id, None where the registry lacks it."""
        ...

    def discard_exports(self) -> None:
        """Delete the exports that a person put into the list's folder for us."""
        ...
