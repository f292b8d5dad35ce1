"""Writes sheets in the customer's own template, as Webropol exported it: its headings and their order stay untouched.

A sheet is private (0600), and it appears whole or not at all: it is written to a hidden file beside its place, synced
to the disk, and renamed. The next writer into the folder clears away what a killed process left there.

Programs that open sheets read a cell as a formula when it begins with = + - @, a tab or a carriage return. In a
workbook such a cell is marked as text. A text file has no such mark, and an apostrophe would make the address somebody
else's. So such an address is left out of a text file and counted, while a fixed value gets the apostrophe.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from io import BufferedRandom
from pathlib import Path
from typing import BinaryIO, Self, TypeVar

from email_registry.boundaries.files import file_work
from email_registry.errors import ConfigurationError, DeliveryFailed, RegistryError
from email_registry.spreadsheets.sheet_rows import CsvRows, XlsxRows
from email_registry.spreadsheets.template import Template

__all__ = ["SheetWriter", "Template", "remove_privately"]

T = TypeVar("T")


class SheetWriter:
    """Writes a sheet, which appears when the block ends well and not otherwise. It keeps a few rows in memory.

    `fixed`: heading -> the value of that column in every row; other columns stay empty. Afterwards it has `rows` (how
    many were written), `left_out` (how many addresses cannot be written unchanged and harmlessly) and `digest` (SHA-256
    of the file, in hex). ConfigurationError (policy) where `fixed` does not fit the template. DeliveryFailed where the
    file cannot be written or has no room for the addresses.
    """

    def __init__(self, template: Template, path: Path, fixed: Mapping[str, str] | None = None) -> None:
        if path.suffix.lower() != template.suffix:
            raise RegistryError(f"a sheet of a {template.suffix} template was to be written to another kind of file")
        self._template, self._path = template, path
        self._part = _part_of(path)
        self._fixed = _fixed_by_column(template, fixed or {})
        self.rows = self.left_out = 0
        self.digest = ""

    def __enter__(self) -> Self:
        self._file = self._work(self._open_part)
        try:
            form = XlsxRows if self._template.suffix == ".xlsx" else CsvRows
            self._rows = self._work(lambda: form(self._template, self._file, self._fixed))
        except BaseException:
            self._clear()
            raise
        return self

    def add(self, emails: Iterable[str]) -> list[int]:
        """Write a row for each address, in this order. Returns the places, from 0, of those that were left out."""
        written = self._work(lambda: self._rows.add(emails))
        self.rows += written.rows
        self.left_out += len(written.left_out)
        return written.left_out

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._work(self._finish)
        finally:
            with suppress(Exception):  # the disk is full: nothing of the sheet is kept
                self._rows.give_up()
            self._clear()

    def _open_part(self) -> BufferedRandom:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _clear_dead_parts(self._path.parent)
        with suppress(FileExistsError):  # a living writer has it, or it would have been cleared away
            file = os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
            if _take_lock(file):
                return file
            file.close()
        raise DeliveryFailed(f"{self._path.name} is being written by another process: wait until it has ended")

    def _finish(self) -> None:
        self._rows.end()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.seek(0)
        digest = hashlib.file_digest(self._file, "sha256").hexdigest()
        self._part.replace(self._path)
        self.digest = digest
        _sync_folder(self._path.parent)

    def _clear(self) -> None:
        """Remove the part, unless it became the sheet; then release its lock."""
        with suppress(OSError):
            if not self.digest:
                self._part.unlink(missing_ok=True)
        with suppress(OSError):
            self._file.close()

    def _work(self, work: Callable[[], T]) -> T:
        return file_work(self._path, work, DeliveryFailed)


def remove_privately(path: Path) -> None:
    """Delete a file and sync its folder. A file that does not exist is no error."""

    def work() -> None:
        path.unlink(missing_ok=True)
        _part_of(path).unlink(missing_ok=True)
        _sync_folder(path.parent)

    file_work(path, work, DeliveryFailed)


def _fixed_by_column(template: Template, fixed: Mapping[str, str]) -> dict[int, str]:
    """Return the fixed values by the places of their columns."""
    headings = [heading.strip() for heading in template.headings]
    values = {}
    for heading, value in fixed.items():
        places = [place for place, name in enumerate(headings) if name == heading.strip()]
        if len(places) != 1 or places[0] == template.column:
            why = "the template must have that heading once, and not for the addresses"
        elif not value.isprintable():
            why = "it must be one line of visible letters"
        else:
            values[places[0]] = value
            continue
        raise ConfigurationError(f"the fixed value of {heading!r}: {why}", runbook="policy")
    return values


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _clear_dead_parts(folder: Path) -> None:
    """Remove the parts in `folder` whose writers are dead. A living writer has locked its part."""
    for part in folder.glob(".*.part"):
        with suppress(OSError), part.open("rb") as file:
            if _take_lock(file):
                part.unlink()


def _take_lock(file: BinaryIO) -> bool:
    """Lock the file until the process ends. False where another process has locked it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """Sync a folder's names to the disk, where its file system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
