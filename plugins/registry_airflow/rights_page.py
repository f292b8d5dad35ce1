"""The page of persons' rights, for an officer with a signed request. Without the permission the page does not exist.

An address comes only in the body of a POST, and leaves only in the letter that answers it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response, status
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from email_registry import runs
from email_registry.errors import RegistryError, unexpected
from email_registry.rights import Language
from registry_airflow import quality_reports, rights_view
from registry_airflow.csrf import is_own, token_for
from registry_airflow.rights_acts import Answer, act, confirm, dismiss
from registry_airflow.rights_form import MAX_BYTES, MISTAKES, Fields, RefusedForm, case_of, read_form, said_off, why_of
from registry_airflow.rights_menu import officer
from registry_airflow.rights_view import Notice
from registry_airflow.roles import PERSONS_RIGHTS

log = logging.getLogger(__name__)

# The page is never in a frame, because a letter is printed from it and no other page may cover its buttons.
HEADERS = quality_reports.HEADERS | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
}
# The status of each exit code of the domain.
CODES = {
    1: status.HTTP_500_INTERNAL_SERVER_ERROR,
    2: status.HTTP_400_BAD_REQUEST,
    3: status.HTTP_409_CONFLICT,
    4: status.HTTP_503_SERVICE_UNAVAILABLE,
    5: status.HTTP_409_CONFLICT,
}

app = FastAPI(title=PERSONS_RIGHTS, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)


@app.middleware("http")
async def _guarded(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    """Answer 404 without the permission, set the headers, and let no error reach a log that would show its values."""
    response: Response
    try:
        request.state.officer = await officer(request)
        response = _nothing() if request.state.officer is None else await answer(request)
    except Exception as error:
        failure = error if isinstance(error, RegistryError) else unexpected(error)
        log.error("persons' rights: %s", failure)  # noqa: TRY400  its traceback may hold an address
        response = PlainTextResponse(str(failure), CODES[failure.exit_code])
    response.headers.update(HEADERS)
    return response


def _nothing() -> Response:
    """Answer as Airflow's own interface answers for a path that does not exist."""
    return JSONResponse({"detail": "Not Found"}, status.HTTP_404_NOT_FOUND)


@app.get("/")
async def show(request: Request) -> Response:
    """Show the form and the open cases."""
    return await _page(request, None, status.HTTP_200_OK)


@app.post("/")
async def do(request: Request) -> Response:
    """Do what the form asks. The answer is the letter, if the case is done."""
    return await _with_form(request, _do)


@app.post("/cases")
async def confirm_case(request: Request) -> Response:
    """Take the person of an open case off every list."""
    return await _with_form(request, _confirm_case)


@app.post("/dismiss")
async def dismiss_case(request: Request) -> Response:
    """Dismiss a noted case without doing what it asks."""
    return await _with_form(request, _dismiss_case)


async def _with_form(request: Request, work: Callable[[Request, Fields], Response]) -> Response:
    """Run `work` with the form. A form that is not our own is refused, and nothing is done."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            return await _page(request, Notice(_in(request, "long")), status.HTTP_413_CONTENT_TOO_LARGE)
    fields = Fields(body)
    if not is_own(request, fields.one("token")):
        return await _page(request, Notice(_in(request, "own")), status.HTTP_403_FORBIDDEN)
    try:
        return await run_in_threadpool(work, request, fields)
    except RefusedForm as refused:
        notice, code = Notice(getattr(refused.words, _language(request))), status.HTTP_400_BAD_REQUEST
    except RegistryError as error:
        notice = Notice(STOPPED[_language(request)], detail=[str(error)])
        code = CODES[error.exit_code]
    return await _page(request, notice, code, fields)


def _do(request: Request, fields: Fields) -> Response:
    on, language = runs.day(None), _language(request)
    form = read_form(fields, request.state.officer, on)
    answer = act(form, on)
    if answer.has_letter:
        return HTMLResponse(rights_view.letter(form, answer, language, on))
    return HTMLResponse(rights_view.page(language, token_for(request), _without_letter(answer, language)))


def _confirm_case(request: Request, fields: Fields) -> Response:
    language = _language(request)
    why = confirm(case_of(fields), runs.day(None), by=request.state.officer, said_off=said_off(fields))
    notice = Notice(WAITS[language], waiting=why) if why else Notice(OFF[language], done=True)
    return HTMLResponse(rights_view.page(language, token_for(request), notice))


def _dismiss_case(request: Request, fields: Fields) -> Response:
    language = _language(request)
    dismiss(case_of(fields), by=request.state.officer, why=why_of(fields))
    return HTMLResponse(rights_view.page(language, token_for(request), Notice(CLOSED[language], done=True)))


def _without_letter(answer: Answer, language: Language) -> Notice:
    """Return the notice of a case that has no letter yet."""
    noted = answer.before is None
    return Notice((NOTED if noted else WAITS)[language].format(case=answer.case), done=noted, waiting=answer.waiting)


async def _page(request: Request, notice: Notice | None, code: int, fields: Fields | None = None) -> Response:
    html = await run_in_threadpool(rights_view.page, _language(request), token_for(request), notice, fields)
    return HTMLResponse(html, code)


def _language(request: Request) -> Language:
    return "en" if request.query_params.get("language") == "en" else "fi"


def _in(request: Request, mistake: str) -> str:
    return str(getattr(MISTAKES[mistake], _language(request)))


STOPPED = {"fi": "Tämä pysähtyi. Syy, englanniksi:", "en": "This stopped. Why:"}
NOTED = {
    "fi": "Pyyntö on kirjattu saapuneeksi. Asia odottaa alla; tee se samalla asianumerolla.",
    "en": "The request is noted. The case waits below; do it with the same case number.",
}
CLOSED = {
    "fi": "Asia on suljettu tekemättä. Syy on lokitiedossa.",
    "en": "The case is closed, and nothing was done. Why is in the audit.",
}
WAITS = {
    "fi": "Tehty rekisterissä, mutta jokaista listaa ei ole nähty ilman osoitetta. Kirjeen saat, kun asia on valmis.",
    "en": "Done in the registry, but not every list has been seen without the address yet. The letter comes then.",
}
OFF = {
    "fi": "Osoite on poissa jokaiselta listalta ja asia on valmis. Kirjeen saat täyttämällä saman lomakkeen uudelleen.",
    "en": "The address is off every list, and the case is done. Give the same form once more to get the letter.",
}
