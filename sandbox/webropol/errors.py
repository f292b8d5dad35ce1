"""Errors: `{"Message": "…"}`, never with a value that was sent. The shape is the sandbox's own."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

_UNAUTHORIZED, _NOT_ALLOWED = 401, 405
_TEXTS = {404: "There is nothing here.", 405: "This cannot be done here."}


class ApiError(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(str(status))
        self.status, self.message = status, message


def install(app: FastAPI) -> None:
    """Make every error of `app` take the shape above."""
    app.exception_handler(ApiError)(_api_error)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(RequestValidationError)(_invalid)


def _api_error(_: Request, error: ApiError) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == _UNAUTHORIZED else None
    return JSONResponse({"Message": error.message}, error.status, headers)


def _http_error(request: Request, error: HTTPException) -> JSONResponse:
    headers = dict(error.headers or {})
    if error.status_code == _NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return JSONResponse({"Message": _TEXTS.get(error.status_code, "The request is wrong.")}, error.status_code, headers)


def _methods(request: Request) -> set[str]:
    """What can be done at a path: the framework names the methods of the first route that fits, and no other's."""
    routes = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in routes for method in getattr(route, "methods", None) or ()}


def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
    # pydantic's own text holds the value that it refuses: only where it is wrong may be told.
    places = {".".join(str(part) for part in found["loc"] if isinstance(part, str)) for found in error.errors()}
    known = sorted(place for place in places if place.replace(".", "").replace("_", "").isalpha())
    return JSONResponse({"Message": f"The request is wrong at {', '.join(known) or 'its body'}."}, 400)
