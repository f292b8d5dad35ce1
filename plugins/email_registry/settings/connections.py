"""Logins and addresses of the outside systems, from `connections.json` in the folder of secrets.

The file is in Airflow's own connection format, so that Airflow's local secrets backend and `./registry`
read the same one: `{id: {"conn_type", "host", "port", "login", "password", "schema", "extra": {…}}}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from email_registry.errors import ConfigurationError
from email_registry.settings.environment import environment


@dataclass(frozen=True)
class Connection:
    """One outside system. The password does not show in `repr`."""

    id: str
    kind: str = ""
    host: str = ""
    port: int | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def require(self, key: str) -> str:
        value = self.extra.get(key)
        if not value:
            raise ConfigurationError(f"connection {self.id}: extra.{key} is missing: add it to connections.json")
        return str(value)


def connection(connection_id: str) -> Connection:
    """Return the connection of that id. ConfigurationError names the file and what to add when it is missing."""
    path = environment().secrets / "connections.json"
    try:
        everything = json.loads(path.read_text(encoding="utf-8"))
        found = everything.get(connection_id)
    except FileNotFoundError:
        reason = "the file is not there"
    except (OSError, ValueError, AttributeError):
        reason = "the file cannot be read as JSON"
    else:
        if isinstance(found, dict):
            return Connection(
                id=connection_id,
                kind=str(found.get("conn_type") or ""),
                port=int(found["port"]) if str(found.get("port") or "").isdigit() else None,
                host=str(found.get("host") or ""),
                login=str(found.get("login") or ""),
                password=str(found.get("password") or ""),
                extra=MappingProxyType(dict(found.get("extra") or {})),
            )
        reason = "it has no such entry"
    raise ConfigurationError(
        f"connection {connection_id} is missing: {reason} ({path}); add it, or run `make demo` for the sandbox's"
    )
