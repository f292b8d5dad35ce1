"""Decide who may open the page of persons' rights, and show its link in the menu only to them.

Airflow 3.3.2 gives every plugin's links to whoever may read plugins, and knows no permission of a link.
"""

from __future__ import annotations

import json
from typing import Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry_airflow.roles import PERSONS_RIGHTS

MENU = "/api/v2/plugins"


async def officer(request: Request) -> str | None:
    """Return the name of the signed-in user without an `@`. None without the permission or without a sign-in."""
    try:
        user = await get_user(request, None, await bearer_scheme(request))
    except HTTPException:
        return None
    may = get_auth_manager().is_authorized_custom_view
    if not await run_in_threadpool(may, method="PUT", resource_name=PERSONS_RIGHTS, user=user):
        return None
    return str(user.get_name()).replace("@", " at ")


class OwnMenu:
    """Remove the link to the page from the menu of users without the permission. `prefix` is the page's path."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(MENU):
            await self._app(scope, receive, send)
            return
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        await self._app(scope, receive, keep)
        body = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
        if sent[0]["status"] == 200 and await officer(Request(scope)) is None:
            body = json.dumps(self._without(json.loads(body))).encode()
        headers = [(name, value) for name, value in sent[0]["headers"] if name != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**sent[0], "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _without(self, menu: dict[str, Any]) -> dict[str, Any]:
        for plugin in menu["plugins"]:
            plugin["external_views"] = [view for view in plugin["external_views"] if self._prefix not in view["href"]]
            plugin["fastapi_apps"] = [app for app in plugin["fastapi_apps"] if app["url_prefix"] != self._prefix]
        return menu
