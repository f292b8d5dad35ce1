"""A case keeps what its letter says again, and may end with nothing done."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0012_cases")))
