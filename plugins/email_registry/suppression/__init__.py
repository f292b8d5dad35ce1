"""Addresses that must not be listed, known only by keyed hash. The key stays in this process."""

from email_registry.suppression import single_address
from email_registry.suppression.hashes import (
    Suppressions,
    added_since_backup,
    hashing,
    journal,
    keys_file,
    load,
    record,
)
from email_registry.suppression.key_rotation import key_uses, retire, rotate
from email_registry.suppression.key_versions import key_versions
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
    "key_uses",
    "key_versions",
    "keys_file",
    "load",
    "note_brought",
    "note_lacked",
    "record",
    "retire",
    "rotate",
    "single_address",
    "withdrawals",
]
