"""Least privilege, as the database holds it: each role may do its own work and nothing else."""

from __future__ import annotations

import psycopg2
import pytest
from psycopg2 import errors

LOGIN = None
ROLES = ("loader", "list_sync", "retention", "rights", "report")

# role, statement, allowed
RIGHTS = [
    ("loader", "INSERT INTO registry.address (audience, email) VALUES ('person', 'x')", True),
    ("loader", "DELETE FROM registry.address", False),
    ("loader", "UPDATE registry.address SET email = 'y'", False),
    ("loader", "INSERT INTO registry.suppression SELECT", False),
    ("loader", "SELECT * FROM registry.listing", False),
    ("list_sync", "SELECT email FROM registry.address", True),
    ("list_sync", "INSERT INTO registry.address (audience, email) VALUES ('person', 'x')", False),
    ("list_sync", "DELETE FROM registry.address", False),
    ("list_sync", "DELETE FROM registry.suppression", False),
    ("list_sync", "SELECT * FROM staging.row", False),
    ("retention", "DELETE FROM registry.address", True),
    ("retention", "UPDATE registry.address SET email = 'y'", False),
    ("retention", "DELETE FROM registry.listing", False),
    ("retention", "SELECT * FROM registry.suppression", False),
    ("rights", "DELETE FROM registry.suppression", True),
    ("rights", "INSERT INTO registry.address (audience, email) VALUES ('person', 'x')", False),
    ("report", "SELECT * FROM registry.audience_count", True),
    ("report", "SELECT * FROM operations.run", True),
    ("report", "SELECT email FROM registry.address", False),
    ("report", "SELECT * FROM staging.row", False),
    ("report", "SELECT * FROM registry.suppression", False),
    ("report", "UPDATE operations.run SET state = 'done'", False),
    *(
        (role, "INSERT INTO audit.event SELECT", False)
        for role in ("loader", "list_sync", "retention", "rights", "report")
    ),
    *((role, "DELETE FROM audit.event", False) for role in ROLES),
    *((role, "UPDATE audit.event SET actor = 'x'", False) for role in ROLES),
    *((role, "TRUNCATE audit.event", False) for role in ROLES),
    *(
        (role, "CREATE TABLE registry.more ()", False)
        for role in ("loader", "list_sync", "retention", "rights", "report")
    ),
    (LOGIN, "SELECT * FROM registry.address", False),
    (LOGIN, "SELECT * FROM operations.run", False),
    (LOGIN, "SET ROLE registry_owner", False),
]


def run_as(url: str, role: str | None, statement: str) -> None:
    connection = psycopg2.connect(url.replace("+psycopg2", ""))
    try:
        with connection.cursor() as cursor:
            if role:
                cursor.execute(f"SET ROLE {role}")
            cursor.execute(statement)
    finally:
        connection.close()


@pytest.mark.promise("access")
@pytest.mark.parametrize(("role", "statement", "allowed"), RIGHTS)
def test_rights(registry_env: dict[str, str], role: str | None, statement: str, allowed: bool) -> None:
    if allowed:
        run_as(registry_env["REGISTRY_URL"], role, statement)
    else:
        with pytest.raises(errors.InsufficientPrivilege):
            run_as(registry_env["REGISTRY_URL"], role, statement)


@pytest.mark.promise("access")
@pytest.mark.parametrize("role", ["registry_owner", *ROLES])
def test_no_role_can_log_in(registry_env: dict[str, str], role: str) -> None:
    connection = psycopg2.connect(registry_env["REGISTRY_ADMIN_URL"].replace("+psycopg2", ""))
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = %s", (role,))
        assert cursor.fetchone() == (False, False)
    connection.close()
