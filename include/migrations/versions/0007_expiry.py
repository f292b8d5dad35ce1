"""Suppressions that end, rewriting of staging, records that are deleted, and ids after a restore."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0007_expiry")))
