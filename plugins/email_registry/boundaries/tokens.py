"""Bearer tokens: one for all threads, renewed before its end, and once where it is refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

EARLIER = 120.0  # seconds before a token's end; half of its life where that is shorter
UNKNOWN = 300.0  # seconds that a token is taken to live where the server does not say


class Tokens:
    """`tokens(refused)`: the token, another one than `refused`. `login` asks the server for one; its answer is JSON."""

    def __init__(self, login: Callable[[], Any]) -> None:
        self._login = login
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def __call__(self, refused: str | None = None) -> str:
        with self._lock:  # the others wait for the one that asks
            if refused == self._token or time.monotonic() >= self._until:
                answer = self._login()
                answer = answer if isinstance(answer, dict) else {}
                self._token = str(answer.get("access_token") or "")
                life = _life(answer.get("expires_in"))
                self._until = time.monotonic() + life - min(EARLIER, life / 2)
            return self._token


def _life(said: Any) -> float:
    try:
        life = float(said)
    except (TypeError, ValueError):
        return UNKNOWN
    return life if 0 < life < float("inf") else UNKNOWN
