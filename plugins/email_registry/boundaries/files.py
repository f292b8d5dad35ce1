"""Files. They are private by default (0600, folders 0700), replaced atomically, and errors show no contents."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Self, TypeVar

from email_registry.errors import ConfigurationError, RegistryError

T = TypeVar("T")


def file_work(path: Path, work: Callable[[], T], error_type: type[RegistryError] = RegistryError) -> T:
    """Run `work` on `path`. An OSError becomes one line with the path and the system's reason."""
    try:
        return work()
    except OSError as error:
        failure = error_type(f"{path}: {error.strerror or 'cannot be used'}")
    raise failure


def write_private(path: Path, text: str) -> None:
    """Replace `path` with `text`, atomically, readable by its owner only."""

    def work() -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)

    file_work(path, work)


def write_readable(path: Path, text: str) -> None:
    """Replace `path` with `text`, atomically, readable by everybody.

    Use it only for texts without secrets and addresses.

    The folder must exist.
    """

    def work() -> None:
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), 0o644)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    file_work(path, work, ConfigurationError)


def append_line(path: Path, line: str) -> None:
    """Append one line to `path`, and wait until it is on the disk."""

    def work() -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    file_work(path, work)


class Folder:
    """A folder whose files other systems write. An `error_type` is raised for what cannot be read."""

    def __init__(self, path: str, error_type: type[RegistryError]) -> None:
        self._path, self._error_type = Path(path), error_type

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def names(self) -> set[str]:
        """Return the names of the files in the folder."""
        return file_work(self._path, lambda: {file.name for file in self._path.iterdir()}, self._error_type)

    def read(self, name: str, most: int) -> bytes:
        """Return the first `most` bytes of a file."""
        with self.open(name) as file:
            return file_work(self._path / name, lambda: file.read(most), self._error_type)

    def open(self, name: str) -> BinaryIO:
        return file_work(self._path / name, lambda: (self._path / name).open("rb"), self._error_type)

    def version(self, name: str) -> tuple[int, float]:
        """Return the size and the time of the last change. Another value means that the file has changed."""
        status = file_work(self._path / name, lambda: (self._path / name).stat(), self._error_type)
        return status.st_size, status.st_mtime_ns
