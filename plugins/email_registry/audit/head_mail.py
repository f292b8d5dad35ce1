"""The chain's head by mail: a copy that lies with somebody else than the database's and this machine's keepers."""

from __future__ import annotations

import json
from datetime import timedelta

from email_registry.audit.heads import heads
from email_registry.boundaries.files import append_line
from email_registry.errors import RegistryError
from email_registry.settings import environment, policy, utc_now

# A server that does not answer is waited for minutes: it is not asked at every step of a night.
PAUSE = timedelta(hours=1)


def mail_head(event: int, hash_: str) -> None:
    """Mail it where the policy has `mail`, once. What was done stands, mailed or not: the next head vouches for it too.

    Whether it was is written beside the heads; `./registry audit verify` tells how far mails go.
    """
    if policy().mail is None:
        return
    now, outside = utc_now(), heads()
    if outside.mailed >= event or (outside.unmailed_at is not None and now - outside.unmailed_at < PAUSE):
        return
    from email_registry.boundaries.mail import send  # what it imports is of no use to an office without mail

    facts = f"event {event}\nhash  {hash_}\nat    {now.isoformat()}"
    text = f"{policy().office.controller.fi}\n\n{facts}\n\nKeep this mail: the audit is held to it.\n"
    try:
        send(f"Head of the audit: event {event}", text)
        line = {"mailed": event, "at": now.isoformat()}
    except RegistryError:
        line = {"unmailed": event, "at": now.isoformat()}
    append_line(environment().audit_heads, json.dumps(line))
