"""Wait after an unclean end until no request that was sent can still take effect."""

from __future__ import annotations

import time
from datetime import datetime

from email_registry import runs
from email_registry.boundaries.database import transaction
from email_registry.settings import policy, utc_now

HEARTBEAT_SECONDS = 20.0


def wait_until_quiet(run_id: int, name: str) -> None:
    """Wait before the first read, because a request of a run that died, or got no answer, may be applied late.

    A server works on a request for at most `webropol.longest_request_seconds`. An earlier read could lack a member
    whose addition is under way, and a second request would then add a duplicate.
    """
    with transaction("list_sync") as database:
        row = database.one("sync/find_unclean_end", run_id=run_id, target=name)
    if row["own"]:
        wait_longest_request(run_id)
    elif row["ended_at"] is not None:
        _wait(run_id, _remaining_seconds(row["ended_at"]))


def wait_longest_request(run_id: int) -> None:
    """Wait `webropol.longest_request_seconds` from now."""
    _wait(run_id, policy().webropol.longest_request_seconds)


def _remaining_seconds(ended_at: datetime) -> float:
    """Return how much of the longest request is left since then. After a jump of the clock it is the whole at most."""
    longest = policy().webropol.longest_request_seconds
    return min(longest, longest - (utc_now() - ended_at).total_seconds())


def _wait(run_id: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (remaining := until - time.monotonic()) > 0:
        time.sleep(min(remaining, HEARTBEAT_SECONDS))
        runs.heartbeat("list_sync", run_id)
