"""Webropol's application: the token, and the API under `/api/v1`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from sandbox.tokens import Tokens, same
from sandbox.webropol import errors, lists, surveys
from sandbox.webropol.access import guard
from sandbox.world import World

API_PATH = "/api/v1"
CONTRACT_TITLE = "Distribution lists. NOT the vendor's API: sandbox contract"


def build(world: World, username: str, password: str, tokens: Tokens, *, keep_doubles: bool = False) -> FastAPI:
    """The application that is mounted at Webropol's base URL. `keep_doubles`: who is there can be added once more."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.world, app.state.tokens, app.state.keep_doubles = world, tokens, keep_doubles
    errors.install(app)
    app.include_router(_guarded(surveys.router))
    app.include_router(_guarded(lists.router))

    @app.post("/Token")
    async def token(request: Request) -> JSONResponse:
        """Documented: the form and the answer. The errors are those of RFC 6749."""
        form = await request.form()
        if form.get("grant_type") != "password":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if not (same(form.get("username"), username) and same(form.get("password"), password)):
            return JSONResponse({"error": "invalid_grant"}, 400)
        body = {"access_token": tokens.issue(), "token_type": "bearer", "expires_in": tokens.seconds}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    @app.get("/lists/openapi.json")
    def list_contract() -> JSONResponse:
        return JSONResponse(contract())

    return app


def contract() -> dict[str, Any]:
    """The list contract as OpenAPI: the endpoints about lists and nothing else."""
    document = get_openapi(
        title=CONTRACT_TITLE,
        version="1",
        description=(
            "Webropol's interface for distribution lists is not public. This is what the sandbox speaks in its place; "
            "the real paths come from configuration. Paths are relative to Webropol's base URL."
        ),
        routes=_guarded(lists.router).routes,
    )
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)  # every wrong request is answered by 400 here
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    return document


def _guarded(router: APIRouter) -> APIRouter:
    guarded = APIRouter(prefix=API_PATH, dependencies=[Depends(guard)])
    guarded.include_router(router)
    return guarded
