"""The registry, staging, operations and audit, with their roles; the SQL stands in include/sql/schema/."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0001"
down_revision = None


def upgrade() -> None:
    for name in ("schema/v0001_roles", "schema/v0001_registry"):
        op.get_bind().execute(sa.text(statement(name)))
