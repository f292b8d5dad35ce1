"""What may be wrong with the way KasvuCRM answers: nothing, too little, too late, not now, not to you."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.kasvucrm import errors

SIGN_IN = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>...</form></body></html>"
STATUS = {"down": 503, "500": 500, "502": 502}
REFUSED_TIMES = {"429-storm": 2, "retry-after-date": 1, "retry-after-negative": 1}
THROTTLED = frozenset({"429-endless", "retry-after-huge", *REFUSED_TIMES})
DRIP_SECONDS = 0.5
Now = tuple[int, str | None]  # the night's number, and the mode


class Troubles:
    """In front of KasvuCRM's data. What it counts, it counts anew each night."""

    def __init__(self, app: ASGIApp, now: Callable[[], Now]) -> None:
        self.app, self._now = app, now
        self._night: Now = (0, None)
        self._asked: Counter[str] = Counter()
        self._spent: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        night = self._now() if scope["type"] == "http" else (0, None)
        if night != self._night:
            self._night, self._asked, self._spent = night, Counter(), set()
        mode = night[1]
        if mode in STATUS:
            body = {"error": {"code": errors.UNAVAILABLE, "message": "The service is unavailable."}}
            await _answer(send, STATUS[mode], json.dumps(body).encode())
        elif mode in THROTTLED and self._throttles(mode, scope):
            await _answer(send, 429, b'{"error":{"code":"0x80072322","message":"Too many requests."}}', _again(mode))
        elif mode == "401-always" or (mode == "401-midway" and self._expired(scope)):
            await _answer(send, 401, b'{"error":{"code":"0x80048306","message":"The token expired."}}')
        elif mode == "html":
            await _answer(send, 200, SIGN_IN, kind="text/html; charset=utf-8")
        elif mode in ("json-cut", "body-cut"):
            await self._cut(scope, receive, send, mode)
        elif mode == "reset":
            await _reset(send)
        elif mode == "timeout":
            await _until_gone(receive)
        elif mode == "slow-drip":
            await _drip(receive, send)
        else:
            await self.app(scope, receive, send)

    def _throttles(self, mode: str, scope: Scope) -> bool:
        """Whether this request is refused: always, or the first times that its URL is asked for."""
        url = f"{scope['path']}?{scope['query_string'].decode()}"
        self._asked[url] += 1
        return self._asked[url] <= REFUSED_TIMES.get(mode, 1 << 30)

    def _expired(self, scope: Scope) -> bool:
        """After the first request of the night, every token that was used so far is good no more."""
        token = dict(scope["headers"]).get(b"authorization", b"").decode()
        self._asked["all"] += 1
        if self._asked["all"] == 1:
            self._spent.add(token)
            return False
        return token in self._spent

    async def _cut(self, scope: Scope, receive: Receive, send: Send, mode: str) -> None:
        """The answer, cut in the middle: with a length that fits, or with that of the whole and no more after it."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, keep)
        body = b"".join(message.get("body", b"") for message in messages)
        half = body[: len(body) // 2]
        length = len(half) if mode == "json-cut" else len(body)
        headers = [pair for pair in messages[0]["headers"] if pair[0] != b"content-length"]
        headers.append((b"content-length", str(length).encode()))
        await send({**messages[0], "headers": headers})
        await send({"type": "http.response.body", "body": half, "more_body": mode == "body-cut"})
        if mode == "body-cut":
            _connection(send).close()


async def _answer(
    send: Send, status: int, body: bytes, more: tuple[tuple[bytes, bytes], ...] = (), kind: str = "application/json"
) -> None:
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _again(mode: str) -> tuple[tuple[bytes, bytes], ...]:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    values = {"retry-after-huge": "999999", "retry-after-date": soon, "retry-after-negative": "-5", "429-storm": "0"}
    return ((b"retry-after", values.get(mode, "1").encode()),)


async def _reset(send: Send) -> None:
    """The beginning of an answer, and then the connection is torn: no goodbye, but a reset."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b'{"value":[', "more_body": True})
    transport = _connection(send)
    linger = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()


def _connection(send: Send) -> asyncio.Transport:
    """The transport under a request: `send` is a method of uvicorn's request (seen in 0.54), which holds it."""
    transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined]
    return transport


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _drip(receive: Receive, send: Send) -> None:
    hang_up = asyncio.ensure_future(_until_gone(receive))
    headers = [(b"content-type", b"application/json"), (b"content-length", b"1000000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    while not hang_up.done():
        await send({"type": "http.response.body", "body": b" ", "more_body": True})
        await asyncio.wait([hang_up], timeout=DRIP_SECONDS)
