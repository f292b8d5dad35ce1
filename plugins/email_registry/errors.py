"""Everything this software refuses, as one family: a sentence, an exit code, and the runbook to open.

A message is written by us and never holds a value from outside; what a library said is not repeated.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class RegistryError(Exception):
    """Something stopped. `str()` is one line: what is wrong, and the page that says what to do.

    `runbook`: the page, where it is another than that of the kind.
    """

    exit_code = 1
    runbook = "software-fault"

    def __init__(self, message: str, *, runbook: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.runbook = runbook or self.runbook

    def __str__(self) -> str:
        return f"{self.message} (docs/runbooks/{self.runbook}.md)"


class ConfigurationError(RegistryError):
    """A policy, a connection or a variable is missing or wrong; nothing was done."""

    exit_code = 2
    runbook = "configuration"


class Held(RegistryError):
    """A guard stopped the work before it changed anything; a person decides."""

    exit_code = 3
    runbook = "night-stopped"


class SourceFailed(RegistryError):
    """A source could not be read whole; nothing is removed on account of it."""

    exit_code = 4
    runbook = "source-incomplete"


class SourceUnready(SourceFailed):
    """A source is away, or not whole just now: the same night may still bring it, so it is worth reading again."""


class DatabaseFailed(RegistryError):
    """PostgreSQL refused or was not there. Holds the kind, SQLSTATE and constraint, never a value."""

    exit_code = 4
    runbook = "database"

    def __init__(self, message: str, *, sqlstate: str | None = None, constraint: str | None = None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate
        self.constraint = constraint


class DeliveryFailed(RegistryError):
    """Webropol could not be read or changed; the next sync starts from a fresh read."""

    exit_code = 4
    runbook = "webropol"


class LeaseTaken(RegistryError):
    """Somebody else is doing this very thing now."""

    exit_code = 5
    runbook = "lease"


def unexpected(error: BaseException) -> RegistryError:
    """A fault of ours, by its kind and place: its text and its cause may carry a value."""
    places = [place for place in traceback.extract_tb(error.__traceback__) if "email_registry" in place.filename]
    where = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else "unknown"
    return RegistryError(f"unexpected {type(error).__name__} at {where}: this is a fault of the software")


def contained(work: Callable[P, T]) -> Callable[P, T]:
    """Let only our own errors out of `work`, raised anew after the `except` block, so that they have no context."""

    @functools.wraps(work)
    def inner(*arguments: P.args, **options: P.kwargs) -> T:
        try:
            return work(*arguments, **options)
        except RegistryError:
            raise
        except Exception as error:
            failure = unexpected(error)
        raise failure

    return inner
