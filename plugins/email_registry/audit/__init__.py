"""Append-only events, chained in the database, their head anchored outside it."""

from email_registry.audit.events import anchor, append

__all__ = ["anchor", "append"]
