"""Addresses that must not be listed, known only by keyed hash. The key stays in this process."""

from email_registry.suppression.hashes import Suppressions, added_since_backup, hashing, journal, load, record
from email_registry.suppression.retention import note_brought, note_lacked
from email_registry.suppression.states import Reason
from email_registry.suppression.withdrawals import Withdrawals, withdrawals

__all__ = [
    "Reason",
    "Suppressions",
    "Withdrawals",
    "added_since_backup",
    "hashing",
    "journal",
    "load",
    "note_brought",
    "note_lacked",
    "record",
    "withdrawals",
]
