"""Bringing the registry's database to the newest version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from email_registry.boundaries.database import engine, statement, translated
from email_registry.errors import ConfigurationError, contained
from email_registry.settings.environment import environment, registry_url

OLDEST_SERVER = 17  # MAINTAIN, which the retention role needs, exists from 17


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(environment().include / "migrations"))
    return config


def newest() -> str:
    """The newest version in include/migrations."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


@contained
def upgrade() -> str:
    """Make or upgrade everything, and let the login of REGISTRY_URL work in each role. Returns the version."""
    login = sa.make_url(registry_url()).username

    def work() -> None:
        with engine(admin=True).begin() as connection:
            server = int((connection.dialect.server_version_info or (0,))[0])
            if server < OLDEST_SERVER:
                raise ConfigurationError(f"PostgreSQL {OLDEST_SERVER} or newer is needed; this one is {server}")
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.execute(sa.text(statement("schema/grant_login")), {"login": login})

    translated(work)
    return newest()
