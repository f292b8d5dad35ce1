"""Every environment variable that this software reads."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from email_registry.errors import ConfigurationError

REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Environment:
    """Where files lie. `include` has SQL, expectations and policy; `home` has what runs write."""

    home: Path
    policy_file: Path
    secrets: Path

    @property
    def include(self) -> Path:
        return REPOSITORY / "include"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    @property
    def audit_heads(self) -> Path:
        return self.home / "audit" / "heads.jsonl"

    @property
    def journal(self) -> Path:
        return self.home / "audit" / "journal.jsonl"

    @property
    def certificates(self) -> Path:
        return self.home / "certificates"


def environment() -> Environment:
    """Read the environment. Each call reads it anew, because tests, DAG tasks and commands change it."""
    home = Path(os.environ.get("REGISTRY_HOME") or REPOSITORY / "var")
    return Environment(
        home=home,
        policy_file=Path(os.environ.get("REGISTRY_POLICY") or REPOSITORY / "include" / "policy" / "pirkanmaa.yaml"),
        secrets=Path(os.environ.get("REGISTRY_SECRETS") or home / "secrets"),
    )


def version() -> str:
    """Read this software's version from pyproject.toml, the one place where it stands."""
    project: str = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return project


def registry_url(*, admin: bool = False) -> str:
    """Return the database's URL. `admin` asks for the login that may create roles; only migrations use it."""
    url = (os.environ.get("REGISTRY_ADMIN_URL") if admin else None) or os.environ.get("REGISTRY_URL")
    if not url:
        raise ConfigurationError(
            "REGISTRY_URL is not set: give postgresql+psycopg2://user:password@host:port/database, or run `make demo`"
        )
    if not url.startswith("postgresql+psycopg2://"):
        # SQLAlchemy 2.1 reads postgresql:// as psycopg 3, which is not installed.
        raise ConfigurationError("REGISTRY_URL must start with postgresql+psycopg2://")
    return url
