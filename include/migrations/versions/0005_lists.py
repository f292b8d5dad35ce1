"""Lists that are frozen, kept by sheets, reset, or refuse an address; accepted volumes."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0005_lists")))
