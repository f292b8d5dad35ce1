"""Who must never be listed again, known only by keyed hash. The key stays in this process."""

from email_registry.suppression.hashes import Reason, Suppressions, forgotten, hashing, journal, load, record
from email_registry.suppression.retention import note_brought, note_lacked
from email_registry.suppression.withdrawals import Withdrawals, withdrawals

__all__ = [
    "Reason",
    "Suppressions",
    "Withdrawals",
    "forgotten",
    "hashing",
    "journal",
    "load",
    "note_brought",
    "note_lacked",
    "record",
    "withdrawals",
]
