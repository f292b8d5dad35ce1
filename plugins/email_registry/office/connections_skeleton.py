"""Make the skeleton of connections.json for a policy. It shows what has to be filled in, and holds no secret."""

from __future__ import annotations

from typing import Any

from email_registry.settings import Policy
from email_registry.settings.policy import ODataWay, ViewWay

FOLDER = {"conn_type": "fs", "extra": {"folder": ""}}


def skeleton(policy: Policy) -> dict[str, dict[str, Any]]:
    """Return for each connection id what it needs, in Airflow's own format. The office fills in the empty values."""
    found: dict[str, dict[str, Any]] = {}
    for source in policy.sources.values():
        for name, way in source.ways.items():
            if isinstance(way, ViewWay):
                needed = {"conn_type": "generic", "extra": {"url": ""}}
            elif isinstance(way, ODataWay):
                needed = _http(extra={"token_url": "", "scope": ""})
            else:
                needed = _sftp() if "sftp" in (name, *way.connection.split("_")) else FOLDER
            found.setdefault(way.connection, needed)
    found.setdefault(policy.webropol.connection, _http())
    if policy.files is not None:
        found.setdefault(policy.files.connection, FOLDER)
    if policy.mail is not None:
        found.setdefault(policy.mail.connection, {**_login("smtp"), "port": 587})
    return found


def _http(**more: Any) -> dict[str, Any]:
    return {**_login("http"), "host": "https://", **more}


def _sftp() -> dict[str, Any]:
    return {**_login("sftp"), "port": 22, "extra": {"host_key": "", "folder": ""}}


def _login(conn_type: str) -> dict[str, Any]:
    return {"conn_type": conn_type, "host": "", "login": "", "password": ""}
