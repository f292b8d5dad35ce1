"""Where a world's files lie, and how they are written: whole or not at all, readable by their owner only."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.errors import SandboxError


def default_home() -> Path:
    """`$REGISTRY_HOME/sandbox`, else `var/sandbox` of the current folder."""
    return Path(os.environ.get("REGISTRY_HOME") or "var") / "sandbox"


@dataclass(frozen=True, slots=True)
class Home:
    """The files of one world, all under `root`."""

    root: Path

    @property
    def world(self) -> Path:
        return self.root / "world.sqlite"

    @property
    def endpoints(self) -> Path:
        return self.root / "endpoints.json"

    @property
    def night(self) -> Path:
        return self.root / "night.json"

    @property
    def sftp_key(self) -> Path:
        return self.root / "sftp_host_key"

    @property
    def authority(self) -> Path:
        return self.root / "ca.pem"

    @property
    def certificate(self) -> Path:
        return self.root / "server.pem"

    @property
    def drop(self) -> Path:
        return self.root / "drop"

    @property
    def truth(self) -> Path:
        return self.root / "truth"

    def make(self) -> None:
        """Make the folders. Raises SandboxError where that is not possible."""
        try:
            for folder in (self.root, self.drop, self.truth):
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(0o700)
        except OSError as error:
            raise SandboxError(
                f"cannot make the folder {self.root} ({error.strerror}): give another one by --home"
            ) from None

    def clear(self, drops: Iterable[str] = ()) -> None:
        """Remove what an earlier world left here, and nothing else; `drops`: which files in the folder are its."""
        keys = (self.sftp_key, self.authority, self.certificate)
        for path in (self.endpoints, self.night, *keys, *self.root.glob("world.sqlite*")):
            path.unlink(missing_ok=True)
        for pattern in (*(f"drop/{drop}" for drop in drops), "truth/*.txt", "truth/held.json"):
            for path in self.root.glob(pattern):
                path.unlink()

    def serving(self) -> AbstractContextManager[None]:
        """The right to serve this world; SandboxError where another process has it."""
        return _locked(self.root / "serve.lock", f"the sandbox in {self.root} is being served: stop it first")

    def playing(self) -> AbstractContextManager[None]:
        """The right to make or change this world's nights; SandboxError where another process has it."""
        return _locked(self.root / "night.lock", f"a night is being played in {self.root}: wait until it is over")


@contextmanager
def _locked(path: Path, refusal: str) -> Iterator[None]:
    """A lock of the operating system: it ends with its process, whichever way that ends."""
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SandboxError(refusal) from None
        yield


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends well; mode 0600."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    os.close(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Replace `path` by `content` as JSON."""
    with replacing(path) as draft:
        draft.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """The content of `path`, or None where there is no such file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
