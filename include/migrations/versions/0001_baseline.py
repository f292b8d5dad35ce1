"""The first schema: roles, what happened, the registry, staging, the audit, and who may do what."""

import sqlalchemy as sa
from alembic import op

from email_registry.boundaries.database import statement

revision = "0001"
down_revision = None

IN_ORDER = ("schema/roles", "schema/operations", "schema/registry", "schema/staging", "schema/audit", "schema/grants")


def upgrade() -> None:
    for name in IN_ORDER:
        op.get_bind().execute(sa.text(statement(name)))
