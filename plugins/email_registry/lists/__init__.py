"""What the registry knows of each list at Webropol: its stage, and whether it is frozen."""

from email_registry.lists.freezes import freeze, thaw

__all__ = ["freeze", "thaw"]
