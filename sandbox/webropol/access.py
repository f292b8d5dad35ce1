"""Who may come in, and the world that is served: what every endpoint of the API asks first."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from sandbox.webropol.errors import ApiError
from sandbox.world import World

_bearer = HTTPBearer(auto_error=False, description="The access_token of POST {base}/Token")


async def guard(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> None:
    """Raises ApiError (401) unless the request has a token that is valid."""
    if not request.app.state.tokens.accepts(request.headers.get("Authorization")):
        raise ApiError(401, "The token is missing, unknown or expired.")


async def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


TheWorld = Annotated[World, Depends(_world)]


async def _keeps_doubles(request: Request) -> bool:
    return bool(request.app.state.keep_doubles)


KeepsDoubles = Annotated[bool, Depends(_keeps_doubles)]
