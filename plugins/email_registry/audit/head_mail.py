"""Mails the head of the chain, so that a copy lies with somebody who keeps neither the database nor this machine."""

from __future__ import annotations

import json
from datetime import timedelta

from email_registry.audit.heads import heads
from email_registry.boundaries.files import append_line
from email_registry.errors import RegistryError
from email_registry.settings import environment, policy, utc_now

# A server that does not answer costs minutes, so it is not asked again at every step of a night.
PAUSE = timedelta(hours=1)


def mail_head(event: int, hash_: str) -> None:
    """Mail the head once, where the policy has `mail`. A failure changes nothing: the next head vouches for it too.

    The result is written beside the heads; `./registry audit verify` tells up to which event heads were mailed.
    """
    if policy().mail is None:
        return
    now, written = utc_now(), heads()
    if written.mailed >= event or (written.unmailed_at is not None and now - written.unmailed_at < PAUSE):
        return
    from email_registry.boundaries.mail import send  # an office without mail does not need its imports

    facts = f"event {event}\nhash  {hash_}\nat    {now.isoformat()}"
    text = f"{policy().office.controller.fi}\n\n{facts}\n\nKeep this mail: the audit is held to it.\n"
    try:
        send(f"Head of the audit: event {event}", text)
        line = {"mailed": event, "at": now.isoformat()}
    except RegistryError:
        line = {"unmailed": event, "at": now.isoformat()}
    append_line(environment().audit_heads, json.dumps(line))
