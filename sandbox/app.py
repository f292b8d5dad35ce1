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
from sandbox.kasvucrm.latency import Latency
from sandbox.kasvucrm.troubles import Troubles
from sandbox.store import last_night
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
    crm_api = Troubles(kasvucrm_api.build(world, KASVUCRM_PATH, tokens), lambda: _tonight(world, "kasvucrm"))
    root.mount(KASVUCRM_PATH, Latency(crm_api, latency_seconds))
    root.mount(
        WEBROPOL_PATH,
        webropol_api.build(world, survey_service["username"], survey_service["password"], Tokens(token_seconds)),
    )
    return HttpFaults(root, world)


def _tonight(world: World, place: str) -> tuple[int, str | None]:
    """The night's number, and how the place behaves."""
    with world.reading() as db:
        return last_night(db).number, switches(meta(db, "fault")).mode(place)


class HttpFaults:
    """Plays the modes of the place `webropol` in front of it, in the way the night tells."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self.app, self.world = app, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        webropol = scope["type"] == "http" and scope["path"].startswith(WEBROPOL_PATH + "/")
        if webropol and _tonight(self.world, "webropol")[1] == "down":
            await _answer(send, 503, {"Message": "The service is unavailable."})
            return
        await self.app(scope, receive, send)


async def _answer(send: Send, status: int, content: dict[str, Any]) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
