"""Bearer tokens. All threads share one, which is renewed before its end and when it is refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

RENEWAL_MARGIN = 120.0  # seconds before a token's end; half of its life if that is shorter
DEFAULT_LIFE = 300.0  # seconds that a token is used when the server does not say its life


class Tokens:
    """`tokens(refused)` returns a token that is not `refused`. `login` asks the server for one and returns its JSON."""

    def __init__(self, login: Callable[[], Any]) -> None:
        self._login = login
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0

    def __call__(self, refused: str | None = None) -> str:
        with self._lock:  # the other threads wait for the one that asks
            if refused == self._token or time.monotonic() >= self._until:
                answer = self._login()
                answer = answer if isinstance(answer, dict) else {}
                self._token = str(answer.get("access_token") or "")
                life = _life(answer.get("expires_in"))
                self._until = time.monotonic() + life - min(RENEWAL_MARGIN, life / 2)
            return self._token


def _life(expires_in: Any) -> float:
    try:
        life = float(expires_in)
    except (TypeError, ValueError):
        return DEFAULT_LIFE
    return life if 0 < life < float("inf") else DEFAULT_LIFE
