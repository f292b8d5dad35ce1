"""After an unclean end: waiting until nothing that was asked can still be applied."""

from __future__ import annotations

import time
from datetime import datetime

from email_registry import runs
from email_registry.boundaries.database import transaction
from email_registry.settings import policy, utc_now

BEAT_SECONDS = 20.0


def settle(run_id: int, name: str) -> None:
    """Before the first read: a request of a run that died, or got no answer, may be applied late.

    A server works at a request for `webropol.longest_request_seconds` at most. What is read earlier may be read once
    more with a member that was on its way, and a second request would add a twin.
    """
    with transaction("list_sync") as database:
        row = database.one("sync/unclean", run_id=run_id, target=name)
    if row["own"]:
        wait_out(run_id)
    elif row["ended_at"] is not None:
        _wait(run_id, _left(row["ended_at"]))


def wait_out(run_id: int) -> None:
    """The whole time, from now."""
    _wait(run_id, policy().webropol.longest_request_seconds)


def _left(ended_at: datetime) -> float:
    """Of the whole time, what is left since then; a clock that jumped makes it no longer than the whole."""
    longest = policy().webropol.longest_request_seconds
    return min(longest, longest - (utc_now() - ended_at).total_seconds())


def _wait(run_id: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, BEAT_SECONDS))
        runs.heartbeat("list_sync", run_id)
