"""Recipient sheets in the customer's own template, as Webropol exported it: its headings and their order untouched.

A sheet is private (0600) and whole or not there at all: it is written to a hidden file beside its place, seen on the
disk, and renamed. What a killed process leaves is cleared away by the next that writes into the folder.

Programs that open sheets take a cell for a formula that begins with = + - @, a tab or a carriage return. In a workbook
such a cell is marked as text. A text file has no such mark, and an apostrophe would make an address somebody else's:
there such an address is left out and counted, and another cell gets the apostrophe.
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
    """A sheet in the making; it is there when the block ends well, else nothing is. Memory is that of a few rows.

    `fixed`: heading -> what stands in that column in every row; other columns stay empty.
    Afterwards: `rows` written, `left_out` (addresses that cannot be written harmlessly and unchanged), `digest`, the
    SHA-256 of the file in hex. ConfigurationError (policy) where `fixed` does not fit the template, DeliveryFailed
    where the file cannot be written or the addresses have no room in it.
    """

    def __init__(self, template: Template, path: Path, fixed: Mapping[str, str] | None = None) -> None:
        if path.suffix.lower() != template.suffix:
            raise RegistryError(f"a sheet of a {template.suffix} template was to be written to another kind of file")
        self._template, self._path = template, path
        self._part = _part_of(path)
        self._fixed = _by_place(template, fixed or {})
        self.rows = self.left_out = 0
        self.digest = ""

    def __enter__(self) -> Self:
        self._file = self._work(self._begun)
        try:
            form = XlsxRows if self._template.suffix == ".xlsx" else CsvRows
            self._rows = self._work(lambda: form(self._template, self._file, self._fixed))
        except BaseException:
            self._clear()
            raise
        return self

    def add(self, emails: Iterable[str]) -> list[int]:
        """Write a row for each address, in this order; the places, from 0, of those that were left out."""
        written = self._work(lambda: self._rows.add(emails))
        self.rows += written.rows
        self.left_out += len(written.left_out)
        return written.left_out

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._work(self._finished)
        finally:
            with suppress(Exception):  # a full disk: nothing of it is kept
                self._rows.give_up()
            self._clear()

    def _begun(self) -> BufferedRandom:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _clear_left_behind(self._path.parent)
        with suppress(FileExistsError):  # that of a living writer, else it had been cleared away
            file = os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
            if _locked(file):
                return file
            file.close()
        raise DeliveryFailed(f"{self._path.name} is being written by another process: wait until it has ended")

    def _finished(self) -> None:
        self._rows.end()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.seek(0)
        digest = hashlib.file_digest(self._file, "sha256").hexdigest()
        self._part.replace(self._path)
        self.digest = digest
        _settle(self._path.parent)

    def _clear(self) -> None:
        """Remove the part, which is the sheet where all went well; then let go of its lock."""
        with suppress(OSError):
            if not self.digest:
                self._part.unlink(missing_ok=True)
        with suppress(OSError):
            self._file.close()

    def _work(self, work: Callable[[], T]) -> T:
        return file_work(self._path, work, DeliveryFailed)


def remove_privately(path: Path) -> None:
    """Delete a file, and see that it is gone from the folder; what is not there is left at that."""

    def work() -> None:
        path.unlink(missing_ok=True)
        _part_of(path).unlink(missing_ok=True)
        _settle(path.parent)

    file_work(path, work, DeliveryFailed)


def _by_place(template: Template, fixed: Mapping[str, str]) -> dict[int, str]:
    """The fixed values by their columns' places."""
    headings = [heading.strip() for heading in template.headings]
    places = {}
    for heading, value in fixed.items():
        found = [place for place, one in enumerate(headings) if one == heading.strip()]
        if len(found) != 1 or found[0] == template.column:
            why = "the template must have that heading once, and not for the addresses"
        elif not value.isprintable():
            why = "it must be one line of letters that are seen"
        else:
            places[found[0]] = value
            continue
        raise ConfigurationError(f"the fixed value of {heading!r}: {why}", runbook="policy")
    return places


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _clear_left_behind(folder: Path) -> None:
    """Remove the parts in `folder` whose writers are dead: a living one holds its lock."""
    for part in folder.glob(".*.part"):
        with suppress(OSError), part.open("rb") as file:
            if _locked(file):
                part.unlink()


def _locked(file: BinaryIO) -> bool:
    """Take the file's lock, which ends with its process; False where another holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _settle(folder: Path) -> None:
    """See a folder's names on the disk, where its file system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
