"""The one kind of error this package shows: a line that says what is wrong and what to do."""

from __future__ import annotations


class LocalError(Exception):
    """Something about this machine's world is wrong; `str()` is one line for a person, without secrets."""
