"""The embedded server's passwords and last port, in one private file."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path

from local.cluster_files import private_folder, write_private
from local.errors import LocalError

SUPERUSER = "postgres"
# database: (its login, whether the login owns it). The registry's objects belong to a role of the migrations.
DATABASES = {"airflow": ("airflow", True), "registry": ("registry_app", False), "ura": ("sandbox_ura", True)}
LOGINS = (SUPERUSER, *(login for login, _ in DATABASES.values()))


@dataclass(frozen=True)
class ClusterSecrets:
    """What secrets/postgres.json holds."""

    path: Path
    passwords: dict[str, str] = field(repr=False)
    port: int | None = None

    def remember(self, port: int) -> None:
        """Write the port down, so that the next start takes the same one."""
        if port != self.port:
            replace(self, port=port).save()

    def save(self) -> None:
        private_folder(self.path.parent)
        write_private(self.path, json.dumps({"passwords": self.passwords, "port": self.port}, indent=2) + "\n")


def load(path: Path, *, data_exists: bool) -> ClusterSecrets:
    """Return the saved secrets, which are made on first use. LocalError when existing data has lost its passwords."""
    try:
        saved = json.loads(path.read_text())
        passwords = {login: str(saved["passwords"][login]) for login in LOGINS}
        port = saved.get("port")
    except FileNotFoundError:
        problem = f"{path} is gone, and with it the passwords of its PostgreSQL"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        problem = f"{path} cannot be read"
        data_exists = True  # a person has to look at a damaged file
    else:
        return ClusterSecrets(path, passwords, port if isinstance(port, int) else None)
    if data_exists:
        raise LocalError(f"{problem}: put it back, or `make clean` to begin anew")
    made = ClusterSecrets(path, {login: secrets.token_urlsafe(24) for login in LOGINS})
    made.save()
    return made
