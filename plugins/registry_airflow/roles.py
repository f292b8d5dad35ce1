"""Who may see what is ours in Airflow: a permission of its own, and the role Auditor that has it.

Airflow's own sync gives every permission to Admin, but only from the next start on; and `[fab] custom_roles`
refuses a resource that nobody has made yet (FAB provider 3.10.2).
"""

from __future__ import annotations

import logging

from airflow.api_fastapi.app import get_auth_manager

log = logging.getLogger(__name__)

QUALITY_REPORTS = "Quality Reports"
AUDITOR = "Auditor"
ADMIN = "Admin"

# The pages' frame and menu are Airflow's: without Website and Plugins there is no way to them.
AUDITOR_MAY = (("can_read", QUALITY_REPORTS), ("can_read", "Website"), ("can_read", "Plugins"))


def make_roles() -> None:
    """Make the permission and the role where they are missing; a role that somebody changed keeps its changes.

    Airflow starts without them all the same: then nobody but those who have the permission may read the reports.
    """
    from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager

    if not isinstance(get_auth_manager(), FabAuthManager):
        log.warning("the auth manager is not FAB's: its own rules say who may read the quality reports")
        return
    try:
        _make_roles()
    except Exception as error:
        # A start that fails here would take all of Airflow's pages with it.
        problem = type(error).__name__
    else:
        return
    log.error("the role %s cannot be made (%s): see that Airflow's database is migrated", AUDITOR, problem)


def _make_roles() -> None:
    from airflow.providers.fab.www.security_appless import ApplessAirflowSecurityManager
    from airflow.utils.session import create_session

    with create_session() as session:
        manager = ApplessAirflowSecurityManager(session=session)
        permissions = [manager.create_permission(action, resource) for action, resource in AUDITOR_MAY]
        if manager.find_role(AUDITOR) is None:
            auditor = manager.add_role(AUDITOR)
            for permission in permissions:
                manager.add_permission_to_role(auditor, permission)
        admin = manager.find_role(ADMIN)
        if admin is not None:
            manager.add_permission_to_role(admin, permissions[0])
