"""Pass the bytes of a drop to the parser: hash them, refuse bytes that no text has, and hand them on as UTF-8."""

from __future__ import annotations

import codecs
import hashlib
from typing import BinaryIO

from email_registry.errors import SourceFailed
from email_registry.settings.policy import FileWay


class DropBytes:
    """A drop as the file object that Arrow reads in a thread of its own. After an error, `failure` is the reason."""

    closed = False
    _WIDEST = 3  # one byte of Windows-1252 becomes at most 3 in UTF-8: `read` never returns more than was asked for

    def __init__(self, source: str, way: FileWay, file: BinaryIO) -> None:
        self._source, self._file, self._windows = source, file, way.encoding == "cp1252"
        self._hash = hashlib.sha256()
        self._as_utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._wide = False
        self.failure: SourceFailed | None = None

    def read(self, size: int) -> bytes:
        data = self._file.read(size // self._WIDEST if self._windows else size)
        self._hash.update(data)
        if b"\0" in data:
            self._fail("the file holds a NUL, so it is not a text as agreed")
        return self._from_windows(data) if self._windows else data

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self.closed = True

    @property
    def digest(self) -> str:
        """Return the SHA-256 of all bytes that were read, in hex."""
        return self._hash.hexdigest()

    def _from_windows(self, data: bytes) -> bytes:
        # Nearly all bytes are valid Windows-1252. UTF-8 that is read as Windows-1252 gives other people's addresses
        # (`ä` becomes `Ã¤`). Windows-1252 text with a letter beyond ASCII is almost never valid UTF-8.
        self._wide = self._wide or not data.isascii()
        if self._as_utf8 is not None:
            try:
                self._as_utf8.decode(data, final=not data)
            except UnicodeDecodeError:
                self._as_utf8 = None
        if not data and self._wide and self._as_utf8 is not None:
            self._fail("the file is UTF-8, and Windows-1252 was agreed")
        try:
            return data.decode("cp1252").encode()
        except UnicodeDecodeError:
            self._fail("the file is not in Windows-1252 as agreed")
            raise

    def _fail(self, why: str) -> None:
        self.failure = SourceFailed(f"{self._source}: {why}")
        raise ValueError
