"""Who is erased and may come back is told from who is erased for good."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0011_relist")))
