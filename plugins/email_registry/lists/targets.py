"""The lists that exist are the policy's targets."""

from __future__ import annotations

from email_registry.errors import ConfigurationError
from email_registry.settings import policy


def require_known_target(name: str) -> None:
    """Raise ConfigurationError unless the policy has such a target."""
    if name not in policy().targets:
        raise ConfigurationError(f"no target is called so; the policy has {', '.join(policy().targets)}")
