"""The token endpoint of KasvuCRM's tenant: OAuth 2.0, the client credentials grant.

Documented: the grant, the scope `{environment}/.default`, a token of about 60 minutes. The errors are those of
RFC 6749; the tenant's name is the sandbox's own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from fastapi import Request
from fastapi.responses import JSONResponse

from sandbox.tokens import Tokens, same


def token_endpoint(
    client_id: str, client_secret: str, scopes: Collection[str], tokens: Tokens
) -> Callable[[Request], Awaitable[JSONResponse]]:
    """The endpoint that gives `tokens` to this client for one of these scopes."""

    async def token(request: Request) -> JSONResponse:
        form = await request.form()
        if form.get("grant_type") != "client_credentials":
            return _refuse(400, "unsupported_grant_type", "grant_type must be client_credentials")
        if not (same(form.get("client_id"), client_id) and same(form.get("client_secret"), client_secret)):
            return _refuse(401, "invalid_client", "the client or its secret is not known")
        if form.get("scope") not in scopes:
            return _refuse(400, "invalid_scope", "scope must be {environment}/.default")
        body = {"token_type": "Bearer", "expires_in": tokens.seconds, "access_token": tokens.issue()}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    return token


def _refuse(status: int, error: str, description: str) -> JSONResponse:
    return JSONResponse({"error": error, "error_description": description}, status)
