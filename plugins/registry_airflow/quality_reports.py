"""The quality reports behind Airflow's sign-in.

A mounted StaticFiles is not covered by an app's dependencies (Airflow 3.3.2: anonymous got 200), so a route serves
the files.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from html import escape
from pathlib import Path

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, FastAPI, HTTPException, Request, Response, status
from fastapi.responses import FileResponse, HTMLResponse

from email_registry.settings import environment
from registry_airflow.roles import QUALITY_REPORTS, make_roles

MEDIA_TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8"}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",  # Airflow shows the pages in a frame of its own
}
SENTENCES = {
    status.HTTP_401_UNAUTHORIZED: "Sign in to Airflow first.",
    status.HTTP_403_FORBIDDEN: "Your role may not read the quality reports: ask Airflow's admin for the role Auditor.",
    status.HTTP_404_NOT_FOUND: "There is no such report. It may have been deleted when its time was over.",
}


def may_read(user: GetUserDep) -> None:
    """403 for whoever has no role with this permission. Without a sign-in Airflow's own dependency answers 401."""
    if not get_auth_manager().is_authorized_custom_view(method="GET", resource_name=QUALITY_REPORTS, user=user):
        raise HTTPException(status.HTTP_403_FORBIDDEN)


@asynccontextmanager
async def _roles_are_there(app: FastAPI) -> AsyncIterator[None]:
    make_roles()
    yield


app = FastAPI(title=QUALITY_REPORTS, docs_url=None, redoc_url=None, openapi_url=None, lifespan=_roles_are_there)


@app.middleware("http")
async def _headers(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    response.headers.update(HEADERS)
    return response


@app.exception_handler(HTTPException)
async def _refused(request: Request, error: HTTPException) -> Response:
    return _note(SENTENCES.get(error.status_code, "This did not work."), error.status_code)


@app.get("/{path:path}", dependencies=[Depends(may_read)])
def report(path: str) -> Response:
    """One file of the reports: pages and their stylesheet, nothing else, and nothing outside the folder."""
    file = _page(environment().reports.resolve(), path or "index.html")
    if file is not None:
        return FileResponse(file, media_type=MEDIA_TYPES[file.suffix])
    if path in ("", "index.html"):
        return _note("No report yet: the first night that is checked brings one.", status.HTTP_200_OK)
    raise HTTPException(status.HTTP_404_NOT_FOUND)


def _page(root: Path, path: str) -> Path | None:
    """The page or stylesheet a path leads to, links followed; None where it is none, or not below `root`."""
    try:
        file = (root / path).resolve()
        good = file.is_relative_to(root) and file.suffix in MEDIA_TYPES and file.is_file()
    except (OSError, ValueError):  # a loop of links, a NUL, a name too long
        return None
    return file if good else None


def _note(sentence: str, code: int) -> HTMLResponse:
    """A sentence as a page."""
    return HTMLResponse(
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Quality reports</title>'
        '<body style="margin:3rem;font:16px/1.5 system-ui,sans-serif;color-scheme:light dark">'
        f"<h1 style='font-size:1.4rem'>Quality reports</h1><p>{escape(sentence)}</p>",
        code,
    )
