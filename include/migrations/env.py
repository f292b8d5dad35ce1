"""Alembic's environment: the connection comes from email_registry.schema, never from a file."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="registry_schema_version", version_table_schema="public")
with context.begin_transaction():
    context.run_migrations()
