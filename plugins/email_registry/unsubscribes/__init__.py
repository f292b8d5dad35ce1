"""Who told Webropol that they want no more mail: answers to the survey, and exports that an officer drops."""

from email_registry.unsubscribes.reading import read_leavers

__all__ = ["read_leavers"]
