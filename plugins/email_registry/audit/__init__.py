"""Append-only events, chained in the database; their head, and who is gone, written outside it."""

from email_registry.audit.anchors import anchor, head, hold_to_anchor, is_behind, last_in_common
from email_registry.audit.events import append, begin
from email_registry.audit.journal import Entry, What, note

__all__ = [
    "Entry",
    "What",
    "anchor",
    "append",
    "begin",
    "head",
    "hold_to_anchor",
    "is_behind",
    "last_in_common",
    "note",
]
