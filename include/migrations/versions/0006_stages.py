"""Lists that are observed, adopted, live, or given back."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.get_bind().execute(sa.text(statement("schema/v0006_stages")))
