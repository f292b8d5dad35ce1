"""Who may see what is ours in Airflow: permissions of its own, and the roles that have them.

Airflow's own sync gives every permission to Admin, but only from the next start on; and `[fab] custom_roles`
refuses a resource that nobody has made yet (FAB provider 3.10.2).
"""

from __future__ import annotations

import logging

from airflow.api_fastapi.app import get_auth_manager

log = logging.getLogger(__name__)

QUALITY_REPORTS = "Quality Reports"
BULLETIN_LISTS = "Bulletin Lists"
PERSONS_RIGHTS = "Rights of the Person"
ADMIN = "Admin"

# The pages' frame and menu are Airflow's: without Website and Plugins there is no way to them.
FRAME = (("can_read", "Website"), ("can_read", "Plugins"))
ROLES = {
    "Auditor": (("can_read", QUALITY_REPORTS), *FRAME),
    "Communications": (("can_read", BULLETIN_LISTS), *FRAME),
    "Data Protection": (("can_edit", PERSONS_RIGHTS), *FRAME),
}


def make_roles() -> None:
    """Make the permissions and the roles where they are missing; a role that somebody changed keeps its changes.

    Airflow starts without them all the same: then nobody but those who have the permission may see a page.
    """
    from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager

    if not isinstance(get_auth_manager(), FabAuthManager):
        log.warning("the auth manager is not FAB's: its own rules say who may see our pages")
        return
    try:
        _make_roles()
    except Exception as error:
        # A start that fails here would take all of Airflow's pages with it.
        problem = type(error).__name__
    else:
        return
    log.error("our roles cannot be made (%s): see that Airflow's database is migrated", problem)


def _make_roles() -> None:
    from airflow.providers.fab.www.security_appless import ApplessAirflowSecurityManager
    from airflow.utils.session import create_session

    with create_session() as session:
        manager = ApplessAirflowSecurityManager(session=session)
        admin = manager.find_role(ADMIN)
        for name, may in ROLES.items():
            permissions = [manager.create_permission(action, resource) for action, resource in may]
            if manager.find_role(name) is None:
                role = manager.add_role(name)
                for permission in permissions:
                    manager.add_permission_to_role(role, permission)
            if admin is not None:
                manager.add_permission_to_role(admin, permissions[0])
