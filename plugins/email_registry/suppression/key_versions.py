"""The versions of the suppression key that this machine has."""

from __future__ import annotations

from email_registry.suppression.hashes import keys


def key_versions() -> list[int]:
    """Return the versions, the oldest first. ConfigurationError where the keys are missing or cannot be read."""
    return sorted(keys())
