"""Who must never be listed again, known only by keyed hash. The key stays in this process."""

from email_registry.suppression.hashes import Reason, Suppressions, journal, load, record

__all__ = ["Reason", "Suppressions", "journal", "load", "record"]
