"""An append-only chain of events in the database; its head and the journal of addresses are kept outside it."""

from email_registry.audit import journal
from email_registry.audit.anchors import anchor, head, is_behind, last_in_common, require_anchor
from email_registry.audit.events import actor, append, begin
from email_registry.audit.journal import Entry, note
from email_registry.audit.retention import close_years
from email_registry.audit.states import JournalEvent
from email_registry.audit.verification import verify

__all__ = [
    "Entry",
    "JournalEvent",
    "actor",
    "anchor",
    "append",
    "begin",
    "close_years",
    "head",
    "is_behind",
    "journal",
    "last_in_common",
    "note",
    "require_anchor",
    "verify",
]
