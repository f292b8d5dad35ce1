"""The rights of persons: their cases, and who withdrew an objection; years of the audit that are closed."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0008_rights")))
