"""The policy of mail: who receives alarms. Only staff may, so that no customer's address gets into the policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from email_registry.settings.shapes import Frozen, Name

Mailbox = Annotated[str, Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$")]


class Mail(Frozen):
    """The mail server (`connection`, of the type smtp) and mailboxes of roles that get alarms: tietosuoja@…, it@…."""

    connection: Name
    to: tuple[Mailbox, ...] = Field(min_length=1, max_length=20)

    def check_own_domains(self, own_domains: Sequence[str]) -> None:
        """ValueError where an address is not of the office's own domains, without repeating it."""
        for place, address in enumerate(self.to, 1):
            domain = address.rpartition("@")[2].lower()
            if not any(domain == own or domain.endswith(f".{own}") for own in own_domains):
                raise ValueError(f"mail.to: number {place} is of none of addresses.own_domains: staff only")
