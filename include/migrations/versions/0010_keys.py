"""Who keeps the suppression keys sees what was made with them."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0010_keys")))
