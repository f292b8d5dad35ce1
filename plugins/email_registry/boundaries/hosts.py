"""Where anything may be sent to or read from: the policy's allowed hosts, whatever the protocol."""

from __future__ import annotations

import ipaddress

from email_registry.errors import ConfigurationError
from email_registry.settings import policy


def hold_allowed(system: str, host: str) -> None:
    """Raise ConfigurationError unless the policy allows the host. Call it before the first byte."""
    if host not in policy().allowed_hosts:
        raise ConfigurationError(
            f"{system}: its host is not among the policy's allowed_hosts, nothing was sent", runbook="policy"
        )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or number."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
