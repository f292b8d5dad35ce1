"""Check this machine: the policy, the secrets, the keys and the disk.

These quick checks also run before every night.
"""

from __future__ import annotations

import shutil
import stat
from contextlib import suppress
from pathlib import Path

from email_registry.doctor.findings import CheckFailed, cured_by
from email_registry.errors import ConfigurationError
from email_registry.settings import connection, environment, policy
from email_registry.suppression import key_versions

ROOM, SHARE = 1 << 30, 0.05  # a disk needs so many free bytes, or a small disk this share of its size
SECRETS = ("connections.json", "suppression_keys.json")
MOUNTS = Path("/proc/self/mountinfo")


def read_policy() -> str:
    """Check that the policy can be read and is valid."""
    file = environment().policy_file
    with cured_by(f"correct that in {file}, or set REGISTRY_POLICY to the office's policy"):
        known = policy()
    return f"{file.name}: {len(known.sources)} sources, {len(known.targets)} targets"


def check_secrets() -> str:
    """Check that the folder of secrets and its files exist, and that only their owner may read them.

    The modes of a file that a container engine mounted are the engine's, so they are not checked.
    """
    folder = environment().secrets
    missing = [name for name in SECRETS if not (folder / name).is_file()]
    if missing:
        cure = f"put it there with the mode 600 (the folder: 700), or set REGISTRY_SECRETS{_as_restored(missing[0])}"
        raise CheckFailed(f"{folder / missing[0]} is not there", cure)
    files, mounted = sorted(path for path in folder.iterdir() if path.is_file()), _mounted()
    if folder in mounted or mounted.issuperset(files):
        return f"{folder}: {len(files)} files, mounted"
    for path, mode in ((folder, "700"), *((path, "600") for path in files)):
        if path not in mounted and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise CheckFailed(f"others than its owner may look into {path}", f"chmod {mode} {path}")
    return f"{folder}: {len(files)} files, for their owner only"


def _as_restored(name: str) -> str:
    return "; restore it from the office's vault, a new one lets objectors in" if name == SECRETS[1] else ""


def _mounted() -> set[Path]:
    """Return the paths that are mount points. Empty when the system does not tell."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return {Path(line.split(" ")[4]) for line in lines}


def check_keys() -> str:
    """Check that the suppression keys can be read."""
    with cured_by("never make a new one in its place: who objected would be listed again"):
        return f"versions {', '.join(map(str, key_versions()))}"


def check_room(path: Path) -> str:
    """Check that the disk of a folder has room, even if the folder does not exist yet."""
    existing = next(found for found in (path, *path.absolute().parents) if found.exists())
    usage = shutil.disk_usage(existing)
    room = f"{path}: {usage.free >> 20:,} MB of {usage.total >> 20:,} free".replace(",", " ")
    if usage.free < min(ROOM, SHARE * usage.total):
        raise CheckFailed(room, f"free some or enlarge it: at least {ROOM >> 30} GB or {SHARE:.0%}")
    return room


def places() -> dict[str, Path]:
    """Return the folders that this software writes to: name -> folder."""
    place = environment()
    found = {"home": place.home, "reports": place.reports}
    files = policy().files
    if files is not None:
        with suppress(ConfigurationError):  # a finding of its own
            found["sheets"] = Path(connection(files.connection).require("folder"))
    return found
