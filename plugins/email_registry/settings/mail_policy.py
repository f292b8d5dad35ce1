"""The policy of mail: to whom alarms go. Staff only, so that no customer's address gets in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from email_registry.settings.shapes import Frozen, Name

Mailbox = Annotated[str, Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$")]


class Mail(Frozen):
    """A server (`connection`, of the type smtp), and the mailboxes of roles that are told: tietosuoja@…, it@…."""

    connection: Name
    to: tuple[Mailbox, ...] = Field(min_length=1, max_length=20)

    def hold_own(self, own_domains: Sequence[str]) -> None:
        """ValueError where an address is not of the office's own domains, without repeating it."""
        for place, address in enumerate(self.to, 1):
            domain = address.rpartition("@")[2].lower()
            if not any(domain == own or domain.endswith(f".{own}") for own in own_domains):
                raise ValueError(f"mail.to: number {place} is of none of addresses.own_domains: staff only")
