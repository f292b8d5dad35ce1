"""Dataverse's limits of one user in any five minutes: requests, seconds of execution, and how many at once."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sandbox.kasvucrm.errors import ApiError

WINDOW_SECONDS = 300.0
MAX_REQUESTS = 6_000
MAX_EXECUTION_SECONDS = 1_200.0
MAX_AT_ONCE = 52

# The codes are the documented ones of the three limits.
TOO_MANY_REQUESTS = "0x80072322"
TOO_MUCH_EXECUTION = "0x80072321"
TOO_MANY_AT_ONCE = "0x80072326"


class Throttle:
    """The use that one user made of the service in the last five minutes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._used: deque[tuple[float, float]] = deque()  # when it ended, seconds of execution
        self._execution = 0.0
        self._running = 0

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count a request while it runs. Raises ApiError (429 with Retry-After) where a limit is reached."""
        with self._lock:
            started = self._clock()
            self._forget(started)
            self._refuse(started)
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                ended = self._clock()
                self._used.append((ended, ended - started))
                self._execution += ended - started
                self._running -= 1

    def _forget(self, now: float) -> None:
        while self._used and self._used[0][0] <= now - WINDOW_SECONDS:
            self._execution -= self._used.popleft()[1]

    def _refuse(self, now: float) -> None:
        if len(self._used) + self._running >= MAX_REQUESTS:
            message = f"Number of requests exceeded the limit of {MAX_REQUESTS} over time window of 300 seconds."
            raise self._too_many(TOO_MANY_REQUESTS, message, now)
        if self._execution >= MAX_EXECUTION_SECONDS:
            message = "Combined execution time of incoming requests exceeded limit of 1200 seconds in 300 seconds."
            raise self._too_many(TOO_MUCH_EXECUTION, message, now)
        if self._running >= MAX_AT_ONCE:
            message = f"Number of concurrent requests exceeded the limit of {MAX_AT_ONCE}."
            raise self._too_many(TOO_MANY_AT_ONCE, message, now)

    def _too_many(self, code: str, message: str, now: float) -> ApiError:
        wait = self._used[0][0] + WINDOW_SECONDS - now if self._used and code != TOO_MANY_AT_ONCE else 1.0
        return ApiError(429, code, message, {"Retry-After": str(max(1, math.ceil(wait)))})
