"""Bearer tokens of one server, held in memory: a restart makes every client log in again."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable


class Tokens:
    """Tokens that live for `seconds`."""

    def __init__(self, seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._expires: dict[str, float] = {}

    def issue(self) -> str:
        """A new token; those that expired are forgotten."""
        now = self._clock()
        self._expires = {token: end for token, end in self._expires.items() if end > now}
        token = secrets.token_urlsafe(32)
        self._expires[token] = now + self.seconds
        return token

    def accepts(self, authorization: str | None) -> bool:
        """Whether the value of an Authorization header is a token that has not expired."""
        scheme, _, token = (authorization or "").partition(" ")
        return scheme.lower() == "bearer" and self._expires.get(token.strip(), 0.0) > self._clock()


def same(secret: object, expected: str) -> bool:
    """Compare a secret without telling by the time taken how much of it is right."""
    return isinstance(secret, str) and secrets.compare_digest(secret.encode(), expected.encode())
