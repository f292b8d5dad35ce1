"""An append-only chain of events in the database; its head and the journal of addresses are kept outside it."""

from email_registry.audit.anchors import anchor, head, is_behind, last_in_common, require_anchor
from email_registry.audit.events import append, begin
from email_registry.audit.journal import Entry, note
from email_registry.audit.states import JournalEvent

__all__ = [
    "Entry",
    "JournalEvent",
    "anchor",
    "append",
    "begin",
    "head",
    "is_behind",
    "last_in_common",
    "note",
    "require_anchor",
]
