"""The schema's versions, by Alembic."""

from email_registry.schema.migrations import newest, upgrade

__all__ = ["newest", "upgrade"]
