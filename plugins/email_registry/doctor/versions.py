"""Compare the installed packages with the pinned ones, without importing them, which would take seconds."""

from __future__ import annotations

import platform
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from email_registry.doctor.findings import CheckFailed
from email_registry.settings.environment import REPOSITORY

SHOWN = {"apache-airflow": "Airflow", "great-expectations": "Great Expectations"}
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$", re.MULTILINE)
LOCK, PROJECT = REPOSITORY / "requirements.txt", REPOSITORY / "pyproject.toml"


def check_python() -> str:
    """Check that the project supports this Python.

    A container has no project file, and needs no check, because its image was tested.
    """
    version = platform.python_version()
    if PROJECT.exists():
        wanted = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["requires-python"]
        if Version(version) not in SpecifierSet(wanted):
            raise CheckFailed(f"Python {version}, and {wanted} is needed", "`make setup PYTHON=…` with another one")
    return version


def check_packages() -> str:
    """Check that every package is installed in the version that the lock pins."""
    wanted = dict(pins(LOCK))
    found = {name: _installed(name) for name in wanted}
    wrong = [name for name, version in wanted.items() if found[name] != version]
    if wrong:
        first = wrong[0]
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise CheckFailed(
            f"{first} is {found[first] or 'missing'}, and {wanted[first]} is pinned{more}", "run `make setup`"
        )
    shown = [f"{title} {found[name]}" for name, title in SHOWN.items() if name in found]
    return ", ".join([*shown, f"{len(wanted)} packages as pinned"])


def pins(lock: Path) -> Iterator[tuple[str, str]]:
    """Return the packages that the lock pins for this Python and machine."""
    for name, version, marker in PIN.findall(lock.read_text(encoding="utf-8")):
        if not marker or Marker(marker).evaluate():
            yield name, version


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
