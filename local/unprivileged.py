"""Run programs as a user who is not root, because PostgreSQL refuses root.

Permissions of folders above ours are never changed. If the other user cannot enter a folder, another one is made under
/var/tmp.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalError

ELSEWHERE = Path("/var/tmp")  # noqa: S108 (a folder there is checked to be ours)
SERVICE_USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class User:
    """The account PostgreSQL runs under; `switch` is whether we have to change to it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(self, command: Sequence[str | Path], timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run to the end, output captured. Raises LocalError after `timeout` seconds."""
        identity = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}
        # The inherited environment stays out: PG* variables would redirect initdb and pg_ctl.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        try:
            return subprocess.run(  # type: ignore[call-overload, no-any-return]
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                cwd="/",
                env=environment,
                umask=0o077,
                timeout=timeout,
                **identity,
            )
        except subprocess.TimeoutExpired:
            late = f"{Path(command[0]).name} did not finish within {timeout:.0f} s"
        except OSError as error:
            late = f"{command[0]} cannot be run: {error.strerror}"
        raise LocalError(late)

    def can_enter(self, path: Path) -> bool:
        """Whether this user may search a folder, or execute a file, through every folder above it."""
        if not self.switch:
            return os.access(path, os.X_OK)
        return self.run(["/bin/sh", "-c", 'test -x "$1"', "sh", path]).returncode == 0

    def own(self, path: Path) -> None:
        """Give one file or folder, not what is in it, to this user."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def server_user() -> User:
    """Return this user, or for root the first of `postgres` and `nobody` that this machine has."""
    if os.geteuid() != 0:
        return User(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid(), switch=False)
    for name in SERVICE_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(name, entry.pw_uid, entry.pw_gid, switch=True)
    raise LocalError(
        "PostgreSQL cannot run as root, and this machine has neither a user `postgres` nor `nobody`: "
        "add one, run this as another user, or point REGISTRY_URL at a server"
    )


def elsewhere(home: Path) -> Path:
    """Return the folder outside `home` for the parts that the server's user must reach. It may not exist."""
    digest = hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:12]
    return ELSEWHERE / f"email-registry-{digest}"


def make_elsewhere(home: Path) -> Path:
    """`elsewhere(home)`, made if need be. Raises LocalError where somebody else made it first."""
    folder = elsewhere(home)
    try:
        folder.mkdir(mode=0o711)
        folder.chmod(0o711)  # mkdir obeys the umask
    except FileExistsError:
        found = folder.lstat()
        if folder.is_symlink() or not folder.is_dir() or found.st_uid != os.geteuid() or found.st_mode & 0o022:
            raise LocalError(f"{folder} is there and is not ours: remove it, then try again") from None
    return folder
