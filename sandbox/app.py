"""KasvuCRM and Webropol behind one address: where each is mounted, and the faults of HTTP in front of them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import keys, ura_view
from sandbox.faults import switches
from sandbox.kasvucrm import api as kasvucrm_api
from sandbox.kasvucrm import login as kasvucrm_login
from sandbox.kasvucrm.errors import UNAVAILABLE
from sandbox.kasvucrm.latency import Latency
from sandbox.tokens import Tokens
from sandbox.webropol import api as webropol_api
from sandbox.world import World, meta, need

TOKEN_SECONDS = 3_600
KASVUCRM_PATH = "/kasvucrm"
WEBROPOL_PATH = "/webropol"
TENANT_PATH = "/login/sandbox-tenant/oauth2/v2.0/token"


class Doors(NamedTuple):
    """Where this process listens; the URLs have no slash at their ends."""

    url: str
    tls_url: str
    sftp_port: int


def endpoints(world: World, doors: Doors, pid: int) -> dict[str, Any]:
    """What a client must know, as it stands in endpoints.json."""
    url, tls_url = doors.url, doors.tls_url
    with world.reading() as db:
        return {
            "kasvucrm": {
                "environment": url + KASVUCRM_PATH,
                "token_url": url + TENANT_PATH,
                "client_id": need(db, "kasvucrm_client_id"),
                "client_secret": need(db, "kasvucrm_client_secret"),
                "scope": f"{url}{KASVUCRM_PATH}/.default",
                "tls_environment": tls_url + KASVUCRM_PATH,
                "tls_token_url": tls_url + TENANT_PATH,
                "tls_scope": f"{tls_url}{KASVUCRM_PATH}/.default",
            },
            "webropol": {
                "base": url + WEBROPOL_PATH,
                "username": need(db, "webropol_username"),
                "password": need(db, "webropol_password"),
            },
            "ura": {
                "folder": str(world.home.drop.resolve()),
                "view_url": ura_view.reader_url(db),
                "sftp": {
                    "host": "127.0.0.1",
                    "port": doors.sftp_port,
                    "username": need(db, "ura_sftp_username"),
                    "password": need(db, "ura_sftp_password"),
                    "host_key": keys.host_key_line(world.home),
                    "folder": "/",
                },
            },
            "ca_file": str(world.home.authority.resolve()),
            "url": url,
            "pid": pid,
        }


def build(
    world: World, known: dict[str, Any], token_seconds: int = TOKEN_SECONDS, latency_seconds: float = 0
) -> ASGIApp:
    """The application that serves what `endpoints` says. KasvuCRM answers `latency_seconds` later than it could."""
    crm, survey_service = known["kasvucrm"], known["webropol"]
    tokens = Tokens(token_seconds)
    root = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    root.add_api_route(
        TENANT_PATH,
        kasvucrm_login.token_endpoint(crm["client_id"], crm["client_secret"], (crm["scope"], crm["tls_scope"]), tokens),
        methods=["POST"],
    )
    root.mount(KASVUCRM_PATH, Latency(kasvucrm_api.build(world, KASVUCRM_PATH, tokens), latency_seconds))
    root.mount(
        WEBROPOL_PATH,
        webropol_api.build(world, survey_service["username"], survey_service["password"], Tokens(token_seconds)),
    )
    return HttpFaults(root, world)


class HttpFaults:
    """Plays the modes of the places `kasvucrm` and `webropol` in front of the systems, in the way the night tells."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self.app, self.world = app, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = _place(scope["path"]) if scope["type"] == "http" else None
        if place and self._mode(place) == "down":
            await _answer(send, 503, _BODIES[place])
            return
        await self.app(scope, receive, send)

    def _mode(self, place: str) -> str | None:
        with self.world.reading() as db:
            return switches(meta(db, "fault")).mode(place)


_BODIES: dict[str, dict[str, Any]] = {
    "kasvucrm": {"error": {"code": UNAVAILABLE, "message": "The service is unavailable."}},
    "webropol": {"Message": "The service is unavailable."},
}


def _place(path: str) -> str | None:
    """Whose request this is; the token of KasvuCRM is the tenant's, which a fault of KasvuCRM does not touch."""
    if path.startswith(KASVUCRM_PATH + "/"):
        return "kasvucrm"
    return "webropol" if path.startswith(WEBROPOL_PATH + "/") else None


async def _answer(send: Send, status: int, content: dict[str, Any]) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
