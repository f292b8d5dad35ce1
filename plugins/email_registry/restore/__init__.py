"""A database that was restored learns what it does not know: who was deleted, suppressed or gone since."""

from email_registry.restore.journal_replay import replay

__all__ = ["replay"]
