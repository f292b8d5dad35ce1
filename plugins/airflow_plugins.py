"""What Airflow loads of ours beside the DAGs: the only file under plugins/ that it executes by itself."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

PREFIX = "/quality-reports"
LISTS = "/bulletin-lists"
RIGHTS = "/rights"


class RegistryPlugin(AirflowPlugin):  # type: ignore[misc]
    """Our pages in Airflow's menu."""

    name = "registry"

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """Imported where pages are served only: every task loads the plugins too."""
        from registry_airflow.quality_reports import app
        from registry_airflow.rights_page import app as rights
        from registry_airflow.sending_page import app as lists

        return [
            {"name": "Quality reports", "app": app, "url_prefix": PREFIX},
            {"name": "May I send?", "app": lists, "url_prefix": LISTS},
            {"name": "Rights of the person", "app": rights, "url_prefix": RIGHTS},
        ]

    @cached_property
    def fastapi_root_middlewares(self) -> list[dict[str, Any]]:
        """Whoever may not open the page of persons' rights does not see the link to it."""
        from registry_airflow.rights_menu import OwnMenu

        return [{"name": "Own menu", "middleware": OwnMenu, "kwargs": {"prefix": RIGHTS}}]

    @cached_property
    def external_views(self) -> list[dict[str, Any]]:
        path = urlsplit(conf.get("api", "base_url", fallback="/") or "/").path.rstrip("/")
        return [
            {
                "name": "Quality reports",
                "href": f"{path}{PREFIX}/",
                "destination": "nav",
                "category": "browse",
                "url_route": "quality-reports",
            },
            {
                "name": "Saako lähettää? · May I send?",
                "href": f"{path}{LISTS}/",
                "destination": "nav",
                "category": "browse",
                "url_route": "bulletin-lists",
            },
            # Without a route it is no frame of Airflow's, but a tab of its own.
            {
                "name": "Rekisteröidyn oikeudet · Rights of the person",
                "href": f"{path}{RIGHTS}/",
                "destination": "nav",
                "category": "browse",
            },
        ]
