"""The lists under the paths that an office's contract gives them: the sandbox's own stand in the OpenAPI document."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.office import FIRST, named

API = "/api/v1"
NOWHERE = f"{API}/nowhere"
_VERBS = {"members": ("GET",), "add": ("POST",), "remove": ("POST",), "lists": ("GET",)}


class Paths:
    """Translates an office's paths to the sandbox's own, and lets nobody use those."""

    def __init__(self, app: ASGIApp, paths: dict[str, str]) -> None:
        self.app = app
        own = named(FIRST).webropol.paths
        self._known = [(verb, _pattern(paths[name]), own[name]) for name, verbs in _VERBS.items() for verb in verbs]
        self._own = re.compile(re.escape(own["lists"]) + r"(/.*)?")
        self._translates = paths != own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        before, api, path = str(scope["path"]).partition(API)
        if self._translates and scope["type"] == "http" and api:
            scope = {**scope, "path": before + self._inside(scope["method"], path)}
        await self.app(scope, receive, send)

    def _inside(self, verb: str, path: str) -> str:
        for known, pattern, own in self._known:
            match = pattern.fullmatch(path) if verb == known else None
            if match:
                return API + own.format(**match.groupdict())
        return NOWHERE if self._own.fullmatch(path) else API + path


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.escape(path).replace(r"\{list_id\}", "(?P<list_id>[^/]+)"))
