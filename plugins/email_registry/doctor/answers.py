"""Explain what a system answered by HTTP: its status, a problem of its certificate, or that it did not answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from email_registry.boundaries.web import HttpFailed
from email_registry.doctor.findings import CheckFailed
from email_registry.settings import policy
from email_registry.settings.policy import Http

SECONDS = 15  # we wait for one answer this long
# Status -> what it means, and the cure.
Meanings = Mapping[int, tuple[str, str]]


def hasty() -> Http:
    """Return the policy's bounds of a request, but with one try and short waits, because a person is waiting."""
    known = policy().http
    return known.model_copy(
        update={"attempts": 1, "read_seconds": min(known.read_seconds, SECONDS), "request_seconds": SECONDS}
    )


def login_of(connection: str) -> Meanings:
    """Return what each status means when a token is asked for."""
    cure = f"correct login and password of {connection} in connections.json"
    problem = "the login is refused"
    return dict.fromkeys((400, 401), (problem, cure)) | {
        403: (problem, f"{cure}, or ask the system's keeper for the right")
    }


@contextmanager
def answered(system: str, meanings: Meanings) -> Iterator[None]:
    """Turn a failed request in the block into a CheckFailed."""
    failure: CheckFailed | None = None
    try:
        yield
    except HttpFailed as error:
        if error.trouble is not None:
            failure = CheckFailed(f"{system}: {error.trouble.problem}", error.trouble.cure)
        elif error.status is not None and error.status in meanings:
            problem, cure = meanings[error.status]
            failure = CheckFailed(f"{system}: {problem} ({error.status})", cure)
        else:
            cure = "see that it runs, that this machine may reach it, and its host in connections.json"
            failure = CheckFailed(error.message, cure, silent=True)
    if failure is not None:
        raise failure
