"""A request and its answer as they go over the connection: kept, answered otherwise, cut, torn, reset.

`send` and `receive` must be the server's own: what they hold is the connection (uvicorn, seen in 0.54).
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Iterable
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Header = tuple[bytes, bytes]


class Answer(NamedTuple):
    """An answer that was made and is not sent yet."""

    status: int
    headers: list[Header]
    body: bytes


async def body_of(receive: Receive) -> bytes:
    """The whole body of a request."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def answer_of(app: ASGIApp, scope: Scope, body: bytes) -> Answer:
    """What `app` answers to a request that is here already; nobody hears of it."""
    messages: list[Message] = []

    async def given() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, given, keep)
    content = b"".join(message.get("body", b"") for message in messages)
    return Answer(messages[0]["status"], list(messages[0]["headers"]), content)


async def answer(send: Send, made: Answer) -> None:
    """Send what was made."""
    await send({"type": "http.response.start", "status": made.status, "headers": made.headers})
    await send({"type": "http.response.body", "body": made.body})


async def refuse(send: Send, status: int, message: str, more: Iterable[Header] = ()) -> None:
    """An error in the shape of this place."""
    body = json.dumps({"Message": message}).encode()
    await answer(send, Answer(status, [*_json(len(body)), *more], body))


async def cut(send: Send, made: Answer) -> None:
    """The first half of it, with a length that fits."""
    half = made.body[: len(made.body) // 2]
    headers = [pair for pair in made.headers if pair[0] != b"content-length"]
    await answer(send, Answer(made.status, [*headers, (b"content-length", str(len(half)).encode())], half))


async def tear(receive: Receive, send: Send) -> None:
    """The connection ends without an answer."""
    _connection(send).close()
    await _gone(receive)


async def reset(receive: Receive, send: Send) -> None:
    """An answer begins, and the connection is torn: no goodbye, but a reset."""
    await send({"type": "http.response.start", "status": 200, "headers": _json(1_000)})
    await send({"type": "http.response.body", "body": b'{"ListId":', "more_body": True})
    transport = _connection(send)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _gone(receive)


def _json(length: int) -> list[Header]:
    return [(b"content-type", b"application/json"), (b"content-length", str(length).encode())]


def _connection(send: Send) -> asyncio.Transport:
    transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined]
    return transport


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
