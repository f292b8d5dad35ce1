"""Every error that this software raises on purpose. Each has one sentence, an exit code and a runbook.

The messages are our own. They never contain a value from outside, and never repeat the message of a library.
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
    """The work stopped. `str()` is one line that says what is wrong and which runbook says what to do.

    `runbook`: the page, if it is not the usual one of this kind of error.
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
    """A policy, a connection or an environment variable is missing or wrong. Nothing was done."""

    exit_code = 2
    runbook = "configuration"


class Held(RegistryError):
    """A guard stopped the work before it changed anything; a person decides."""

    exit_code = 3
    runbook = "night-stopped"


class SourceFailed(RegistryError):
    """A source could not be read completely. No address is removed because of it."""

    exit_code = 4
    runbook = "source-incomplete"


class SourceUnready(SourceFailed):
    """A source does not answer or is not complete yet. A later try of the same night may succeed."""


class DatabaseFailed(RegistryError):
    """PostgreSQL refused a statement or did not answer.

    The message has the kind, SQLSTATE and constraint, and no value.
    """

    exit_code = 4
    runbook = "database"

    def __init__(self, message: str, *, sqlstate: str | None = None, constraint: str | None = None) -> None:
        super().__init__(message)
        self.sqlstate = sqlstate
        self.constraint = constraint


class DeliveryFailed(RegistryError):
    """Webropol could not be read or changed. The next sync reads the list again before it does anything."""

    exit_code = 4
    runbook = "webropol"


class LeaseTaken(RegistryError):
    """Another process is doing the same work now."""

    exit_code = 5
    runbook = "lease"


def unexpected(error: BaseException) -> RegistryError:
    """Describe a fault of this software by kind and place only, because its text and its cause may contain a value."""
    places = [place for place in traceback.extract_tb(error.__traceback__) if "email_registry" in place.filename]
    where = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else "unknown"
    return RegistryError(f"unexpected {type(error).__name__} at {where}: this is a fault of the software")


def contained(work: Callable[P, T]) -> Callable[P, T]:
    """Let only our own errors out of `work`. They are raised after the `except` block, so they have no context."""

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
