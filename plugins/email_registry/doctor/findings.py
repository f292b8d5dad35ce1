"""The findings, which are one line each. A check returns what it saw, or raises `CheckFailed` with a cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from email_registry.errors import RegistryError, SourceFailed, SourceUnready, unexpected

# The exit code of a finding: WRONG when something has to be put right, SILENT when something does not answer.
WRONG, SILENT = 2, 4
HELD = 3


class CheckFailed(RegistryError):
    """A check failed. `message` says what is wrong, and `cure` what to do about it."""

    exit_code = WRONG
    runbook = "doctor"

    def __init__(self, message: str, cure: str = "", *, silent: bool = False) -> None:
        super().__init__(message)
        self.cure = cure
        self.exit_code = SILENT if silent else WRONG


@dataclass(frozen=True)
class Finding:
    """One line of the result.

    `name` has one or two words. `detail` says what was seen or what is wrong. `cure` is empty when all is well.
    """

    name: str
    ok: bool
    detail: str
    cure: str = ""
    exit_code: int = 0

    def __str__(self) -> str:
        return f"{'OK' if self.ok else 'NO'}  {self.name}: {self.detail}" + (f"; {self.cure}" if self.cure else "")


@dataclass
class Findings:
    """The findings of one part of the doctor."""

    found: list[Finding] = field(default_factory=list)

    def look(self, name: str, work: Callable[[], str]) -> bool:
        """Add what `work` saw, or how it failed. Returns whether all is well."""
        try:
            finding = Finding(name, True, work())
        except RegistryError as error:
            finding = failed_finding(name, error)
        except Exception as error:  # a check that breaks is a finding as well, and the other checks go on
            finding = failed_finding(name, unexpected(error))
        self.found.append(finding)
        return finding.ok


def failed_finding(name: str, error: RegistryError) -> Finding:
    """Return an error as a finding. If the error has no cure of its own, the cure is to read its runbook."""
    cure = getattr(error, "cure", "") or f"see docs/runbooks/{error.runbook}.md"
    return Finding(name, False, error.message, cure, WRONG if error.exit_code == HELD else error.exit_code)


@contextmanager
def cured_by(cure: str) -> Iterator[None]:
    """Turn an error of the block into a CheckFailed with this cure. A CheckFailed keeps its own cure."""
    failure: CheckFailed | None = None
    try:
        yield
    except CheckFailed:
        raise
    except RegistryError as error:
        failure = CheckFailed(error.message, cure, silent=_is_silent(error))
    if failure is not None:
        raise failure


def _is_silent(error: RegistryError) -> bool:
    """Tell whether a system does not answer. A source that answers differently than agreed is wrong and not silent."""
    return error.exit_code == SILENT and (isinstance(error, SourceUnready) or not isinstance(error, SourceFailed))
