"""Bringing the registry's database to the newest version."""

from __future__ import annotations

import sqlalchemy as sa

from email_registry.boundaries.database import engine, statement, translated
from email_registry.errors import ConfigurationError, contained
from email_registry.settings.environment import environment, registry_url

OLDEST_SERVER = 17  # MAINTAIN, which the retention role needs, exists from 17


def newest() -> str:
    """The newest version in include/migrations: the number that its file begins with.

    Every night asks for it, and Alembic takes half a second to import.
    """
    files = (environment().include / "migrations" / "versions").glob("[0-9]*_*.py")
    return max(file.name.partition("_")[0] for file in files)


@contained
def upgrade() -> str:
    """Make or upgrade everything, and let the login of REGISTRY_URL work in each role. Returns the version."""
    from alembic import command
    from alembic.config import Config

    login = sa.make_url(registry_url()).username
    config = Config()
    config.set_main_option("script_location", str(environment().include / "migrations"))

    def work() -> None:
        with engine(admin=True).begin() as connection:
            server = int((connection.dialect.server_version_info or (0,))[0])
            if server < OLDEST_SERVER:
                raise ConfigurationError(f"PostgreSQL {OLDEST_SERVER} or newer is needed; this one is {server}")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.execute(sa.text(statement("schema/grant_login")), {"login": login})

    translated(work)
    return newest()
