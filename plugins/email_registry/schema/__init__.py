"""The schema's versions, by Alembic."""

from email_registry.schema.migrations import OLDEST_SERVER, newest, upgrade

__all__ = [
    "OLDEST_SERVER",
    "newest",
    "upgrade",
]
