"""Whom the audience knew before tonight, in the view that the gate reads."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0002_known")))
