"""The hosts that this software may use, whatever the protocol: the policy's `allowed_hosts`."""

from __future__ import annotations

import ipaddress

from email_registry.errors import ConfigurationError
from email_registry.settings import policy


def require_allowed_host(system: str, host: str) -> None:
    """Raise ConfigurationError unless the policy allows the host. Call it before the first byte."""
    if host not in policy().allowed_hosts:
        raise ConfigurationError(
            f"{system}: its host is not among the policy's allowed_hosts, nothing was sent", runbook="policy"
        )


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by name or by number."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
