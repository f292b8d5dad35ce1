"""Append-only events, chained in the database; their head, and who is gone, written outside it."""

from email_registry.audit.anchoring import anchor, anchored, anchored_up_to, hold_to_anchor
from email_registry.audit.events import append
from email_registry.audit.journal import Entry, What, note

__all__ = ["Entry", "What", "anchor", "anchored", "anchored_up_to", "append", "hold_to_anchor", "note"]
