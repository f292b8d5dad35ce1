"""Whom a restored registry does not know, and lists hold all the same."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0009_forgotten")))
