"""Many who write at once leave one chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from email_registry import audit
from email_registry.audit.verification import verify
from email_registry.boundaries.database import transaction
from email_registry.settings import utc_now

WRITERS, EACH = 8, 40


def write(number: int) -> None:
    for count in range(EACH):
        with transaction("loader" if count % 2 else "list_sync") as database:
            audit.append(database, "load", "person", {"writer": number, "count": count}, run_id=None, at=utc_now())


@pytest.mark.promise("log")
def test_eight_writers_at_once_leave_one_whole_chain(registry_env: dict[str, str]) -> None:
    """Each has a connection of its own."""
    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(write, range(WRITERS)))
    found = verify()
    assert found.broken is None
    assert (found.events, found.first, found.last) == (WRITERS * EACH, 1, WRITERS * EACH)
