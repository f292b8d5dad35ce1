"""What may be wrong with the way Webropol answers: not now, not to you, too late, or done and never said."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.webropol import wire

API = "/api/v1/"
LATE_SECONDS = 2.0
OK = 200
REFUSED_TIMES = 2
LISTS = {"add": "Members", "remove": "MemberIds"}  # act -> the list in its body
THROTTLED = frozenset({"429-storm", "429-endless"})
# How the first additions and the first removals of the night fare.
ACTS = frozenset({"reply-lost", "504-after-apply", "applied-late", "reset-midway"})
Now = tuple[int, str | None]  # the night's number, and the mode


@dataclass(frozen=True)
class Manners:
    """How Webropol behaves every night, for rigs that judge a client under it. As it stands: at once, and soundly.

    `late_seconds`: what is to be added or removed is so much later; the answer comes then, but for the share
    `lose_replies`, whose connections end without one at some moment meanwhile. `keep_doubles`: whoever is there and is
    added again is there twice.
    """

    late_seconds: float | None = None
    lose_replies: float = 0.0
    keep_doubles: bool = False


AS_IT_STANDS = Manners()


class Troubles:
    """In front of Webropol, token and all. What it counts, it counts anew each night."""

    def __init__(self, app: ASGIApp, now: Callable[[], Now], manners: Manners) -> None:
        self.app, self._now, self._manners = app, now, manners
        self._night: Now = (0, None)
        self._asked: Counter[str] = Counter()
        self._acted: set[str] = set()
        self._chance = Random()
        self._under_way: set[asyncio.Task[wire.Answer]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        night = self._now()
        if night != self._night:
            self._night, self._asked, self._acted = night, Counter(), set()
        mode, act = night[1], _act(scope)
        if mode == "down":
            await wire.refuse(send, 503, "The service is unavailable.")
        elif API not in scope["path"]:
            await self.app(scope, receive, send)
        elif mode in THROTTLED and (again := self._throttles(mode, scope)):
            await wire.refuse(send, 429, "Too many requests.", [(b"retry-after", again)])
        elif mode == "401-always" or (mode == "401-midway" and self._spent(scope)):
            await wire.refuse(send, 401, "The token is not valid.", [(b"www-authenticate", b"Bearer")])
        elif mode == "json-cut":
            await wire.cut(send, await wire.answer_of(self.app, scope, await wire.body_of(receive)))
        elif act and mode in ACTS and act not in self._acted:
            await self._first(act, mode, scope, receive, send)
        elif act == "remove" and mode == "removal-404":
            await self._denied(scope, receive, send)
        elif act and (self._manners.late_seconds or self._manners.lose_replies):
            await self._late(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _throttles(self, mode: str, scope: Scope) -> bytes:
        """After how many seconds this request may come again: always, or the first times that its URL is asked for."""
        if mode == "429-endless":
            return b"1"
        url = f"{scope['method']} {scope['path']}?{scope['query_string'].decode('latin-1')}"
        self._asked[url] += 1
        return str(self._asked[url] - 1).encode() if self._asked[url] <= REFUSED_TIMES else b""

    def _spent(self, scope: Scope) -> bool:
        """Each token is good for one request."""
        token = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        self._asked[token] += 1
        return self._asked[token] > 1

    async def _first(self, act: str, mode: str, scope: Scope, receive: Receive, send: Send) -> None:
        """The night's first additions, or removals: done, or half done, or to be done, and nothing good said of it."""
        self._acted.add(act)
        body = await wire.body_of(receive)
        if mode == "applied-late":
            self._begin(scope, body, self._manners.late_seconds or LATE_SECONDS)
            await wire.refuse(send, 504, "The service did not answer in time.")
            return
        made = await wire.answer_of(self.app, scope, _half(act, body) if mode == "reset-midway" else body)
        if made.status != OK:  # it was refused: the next one is the first
            self._acted.discard(act)
            await wire.answer(send, made)
        elif mode == "504-after-apply":
            await wire.refuse(send, 504, "The service did not answer in time.")
        elif mode == "reset-midway":
            await wire.reset(receive, send)
        else:
            await wire.tear(receive, send)

    async def _denied(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Done, and said not to be there."""
        made = await wire.answer_of(self.app, scope, await wire.body_of(receive))
        if made.status == OK:
            await wire.refuse(send, 404, "There is nothing here.")
        else:
            await wire.answer(send, made)

    async def _late(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Done after its time, whoever hangs up meanwhile."""
        seconds = self._manners.late_seconds or 0.0
        loses_reply = self._chance.random() < self._manners.lose_replies
        work = self._begin(scope, await wire.body_of(receive), seconds)
        if loses_reply:
            await asyncio.sleep(self._chance.random() * seconds)
            await wire.tear(receive, send)
        else:
            await wire.answer(send, await work)

    def _begin(self, scope: Scope, body: bytes, seconds: float) -> asyncio.Task[wire.Answer]:
        """Do it later, by itself: what is under way when the server ends is lost with it."""

        async def work() -> wire.Answer:
            await asyncio.sleep(seconds)
            return await wire.answer_of(self.app, scope, body)

        task = asyncio.ensure_future(work())
        self._under_way.add(task)  # a task that nobody holds may be collected before it ends
        task.add_done_callback(self._under_way.discard)
        return task


def _act(scope: Scope) -> str | None:
    """What a request is to do to a list; None where it only reads."""
    if scope["method"] != "POST" or f"{API}lists/" not in scope["path"]:
        return None
    return {"members": "add", "removals": "remove"}.get(scope["path"].rpartition("/")[2])


def _half(act: str, body: bytes) -> bytes:
    """The first half of a batch, of one the one."""
    try:
        content = json.loads(body)
        batch = content[LISTS[act]]
        return json.dumps({**content, LISTS[act]: batch[: (len(batch) + 1) // 2]}).encode()
    except (ValueError, KeyError, TypeError):
        return body  # it will be refused as it is
