"""Airflow's tables, roles and the user `admin` of `make up`. A program: `python -m local.airflow_setup`.

It runs in the world's environment. It reads the password from stdin, so that no list of processes shows it.
"""

from __future__ import annotations

import sys

USER, ROLE = "admin", "Admin"


def set_up(password: str) -> None:
    """Make or upgrade the tables, and make sure that `admin` may sign in with this password."""
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
    from airflow.utils import db

    db.upgradedb()
    with get_application_builder() as builder:
        manager = builder.sm
        user = manager.find_user(USER)
        if user is None:
            made = manager.add_user(USER, "Local", "Admin", "admin@localhost", manager.find_role(ROLE), password)
            if not made:
                sys.exit("Airflow's user admin cannot be made")
        else:
            manager.reset_password(user.id, password)


if __name__ == "__main__":
    set_up(sys.stdin.readline().strip())
