"""Remember the primary keys that came already. A key takes eight bytes, so ten million keys take 80 MB."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable

import numpy as np

FIRST_LOOK = 1 << 16
STEP = 1 << 20


def hashed(group: str, keys: Iterable[str]) -> bytes:
    """Return a hash of eight bytes for each key. `group` distinguishes the keys of different tables."""
    begun, found = hashlib.blake2b(f"{group}:".encode(), digest_size=8), []
    for key in keys:
        one = begun.copy()
        one.update(key.encode())
        found.append(one.digest())
    return b"".join(found)


class SeenKeys:
    """The hashes of the keys. They are searched for a repeated key when their number has doubled, and at the end.

    Two different keys share a hash once in some 370,000 readings of ten million rows (n² / 2⁶⁵). Such a reading stops
    as if rows had moved, and the next reading starts again.
    """

    def __init__(self) -> None:
        self._hashes = array("Q")
        self._next_look = FIRST_LOOK

    def add(self, hashes: bytes) -> None:
        """Add the result of `hashed`."""
        self._hashes.frombytes(hashes)

    def twice(self, *, now: bool = False) -> bool:
        """Return whether a key came twice. It searches only when the number has doubled, or when `now` is set."""
        if not now and len(self._hashes) < self._next_look:
            return False
        self._next_look = 2 * len(self._hashes)
        view = np.frombuffer(self._hashes, dtype=np.uint64)
        view.sort()  # in place, so that there is no second copy
        before, after = view[:-1], view[1:]  # they are compared in steps, because each answer takes a byte
        steps = range(0, len(before), STEP)
        return any(bool((before[at : at + STEP] == after[at : at + STEP]).any()) for at in steps)

    def digest(self) -> str:
        """Return the SHA-256 of the sorted hashes, in hex. The same rows in another order give the same digest."""
        self.twice(now=True)
        return hashlib.sha256(self._hashes).hexdigest()
