"""What was found: a line each. A look ends with what was seen, or with an `CheckFailed` and its cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from email_registry.errors import RegistryError, SourceFailed, SourceUnready, unexpected

# The exit code of a finding: something has to be put right, or something does not answer.
WRONG, SILENT = 2, 4
HELD = 3


class CheckFailed(RegistryError):
    """Something is not as it must be. `message` is what is wrong, `cure` what to do about it."""

    exit_code = WRONG
    runbook = "doctor"

    def __init__(self, message: str, cure: str = "", *, silent: bool = False) -> None:
        super().__init__(message)
        self.cure = cure
        self.exit_code = SILENT if silent else WRONG


@dataclass(frozen=True)
class Finding:
    """One line: `name` is one or two words, `said` what was seen or what is wrong, `cure` empty where all is well."""

    name: str
    ok: bool
    detail: str
    cure: str = ""
    exit_code: int = 0

    def __str__(self) -> str:
        return f"{'OK' if self.ok else 'NO'}  {self.name}: {self.detail}" + (f"; {self.cure}" if self.cure else "")


@dataclass
class Findings:
    """What one part of the doctor has found so far."""

    found: list[Finding] = field(default_factory=list)

    def look(self, name: str, work: Callable[[], str]) -> bool:
        """Add what `work` says it saw, or how it failed. Whether all is well."""
        try:
            finding = Finding(name, True, work())
        except RegistryError as error:
            finding = failed_finding(name, error)
        except Exception as error:  # a look that breaks is a finding as well, and the others go on
            finding = failed_finding(name, unexpected(error))
        self.found.append(finding)
        return finding.ok


def failed_finding(name: str, error: RegistryError) -> Finding:
    """An error as a finding; its cure is its runbook's where it brings none."""
    cure = getattr(error, "cure", "") or f"see docs/runbooks/{error.runbook}.md"
    return Finding(name, False, error.message, cure, WRONG if error.exit_code == HELD else error.exit_code)


@contextmanager
def cured_by(cure: str) -> Iterator[None]:
    """What the block fails with becomes an CheckFailed with this cure; an CheckFailed of its own knows better."""
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
    """Whether nobody answers. A source that answers and is not as agreed has to be put right."""
    return error.exit_code == SILENT and (isinstance(error, SourceUnready) or not isinstance(error, SourceFailed))
