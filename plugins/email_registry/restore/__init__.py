"""Tell a restored database what happened since its backup: deletions, suppressions and absences."""

from email_registry.restore.journal_replay import replay

__all__ = ["replay"]
