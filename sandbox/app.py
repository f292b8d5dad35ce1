"""KasvuCRM and Webropol behind one address: where each is mounted, and the faults of HTTP in front of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import keys, ura_view
from sandbox.faults import switches
from sandbox.kasvucrm import api as kasvucrm_api
from sandbox.kasvucrm import login as kasvucrm_login
from sandbox.kasvucrm.latency import Latency
from sandbox.kasvucrm.troubles import Troubles
from sandbox.office import office_of
from sandbox.store import last_night
from sandbox.tokens import Tokens
from sandbox.webropol import api as webropol_api
from sandbox.webropol.paths import Paths
from sandbox.webropol.troubles import AS_IT_STANDS, Manners
from sandbox.webropol.troubles import Troubles as WebropolTroubles
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
    world: World,
    known: dict[str, Any],
    token_seconds: int = TOKEN_SECONDS,
    latency_seconds: float = 0,
    manners: Manners = AS_IT_STANDS,
) -> ASGIApp:
    """The application that serves what `endpoints` says.

    KasvuCRM answers `latency_seconds` later than it could; Webropol behaves with `manners` every night.
    """
    crm, survey_service = known["kasvucrm"], known["webropol"]
    tokens = Tokens(token_seconds)
    root = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    root.add_api_route(
        TENANT_PATH,
        kasvucrm_login.token_endpoint(crm["client_id"], crm["client_secret"], (crm["scope"], crm["tls_scope"]), tokens),
        methods=["POST"],
    )
    crm_api = kasvucrm_api.build(world, KASVUCRM_PATH, tokens)
    webropol = webropol_api.build(
        world,
        survey_service["username"],
        survey_service["password"],
        Tokens(token_seconds),
        keep_doubles=manners.keep_doubles,
    )
    with world.reading() as db:
        paths = office_of(db).webropol.paths
    places: dict[str, ASGIApp] = {
        KASVUCRM_PATH: Latency(Troubles(crm_api, lambda: _tonight(world, "kasvucrm")), latency_seconds),
        WEBROPOL_PATH: Paths(WebropolTroubles(webropol, lambda: _tonight(world, "webropol"), manners), paths),
    }
    return _Places(places, root)


def _tonight(world: World, place: str) -> tuple[int, str | None]:
    """The night's number, and how the place behaves."""
    with world.reading() as db:
        return last_night(db).number, switches(meta(db, "fault")).mode(place)


class _Places:
    """Each system below its path. The framework's own mounts wrap `send`, and what tears a connection needs the
    server's; and a path with a line end in it is below no mount of theirs."""

    def __init__(self, places: Mapping[str, ASGIApp], elsewhere: ASGIApp) -> None:
        self.places, self.elsewhere = places, elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        place = "/" + scope["path"].split("/")[1] if scope["type"] == "http" else ""
        if place in self.places:
            await self.places[place]({**scope, "root_path": place}, receive, send)
        else:
            await self.elsewhere(scope, receive, send)
