"""The loader may make the table of a difference."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0004_comparing")))
