"""What Airflow loads of ours beside the DAGs: the only file under plugins/ that it executes by itself."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from airflow.configuration import conf
from airflow.plugins_manager import AirflowPlugin

PREFIX = "/quality-reports"


class RegistryPlugin(AirflowPlugin):  # type: ignore[misc]
    """The quality reports in Airflow's menu."""

    name = "registry"

    @cached_property
    def fastapi_apps(self) -> list[dict[str, Any]]:
        """Imported where pages are served only: every task loads the plugins too."""
        from registry_airflow.quality_reports import app

        return [{"name": "Quality reports", "app": app, "url_prefix": PREFIX}]

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
            }
        ]
