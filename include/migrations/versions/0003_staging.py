"""Staged rows keyed by their extract, candidates that know their address, and what a proof notes."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0003_staging")))
