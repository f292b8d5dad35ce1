"""Surveys and their responses, as documented. That leaving is an answer to one of them is the sandbox's own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from sandbox.office import Known, Webropol, office_of
from sandbox.webropol.access import TheWorld
from sandbox.webropol.errors import ApiError
from sandbox.webropol.paging import page_number, paging
from sandbox.world import World, sql

RESPONSES_PER_PAGE = 500

router = APIRouter(tags=["surveys"])
_Page = Annotated[str | None, Query(alias="paging")]


class ResponseFilter(BaseModel):
    """The documented filter of responses; each part may be missing."""

    model_config = ConfigDict(extra="forbid")

    StartDate: datetime | None = None
    EndDate: datetime | None = None
    RespondentId: str | None = None


@router.get("/surveys")
def surveys(world: TheWorld) -> JSONResponse:
    """All surveys; the vendor does not page them."""
    kept = _kept(world)
    return JSONResponse(
        [
            _survey(kept.unsubscribe, "Open", published=True, made="2025-01-02T09:00:00"),
            _survey(kept.feedback, "Closed", published=False, made="2025-03-17T12:30:00"),
        ]
    )


@router.get("/surveys/{survey_id}/responses")
def responses(world: TheWorld, survey_id: str, page: _Page = None) -> JSONResponse:
    """One page of a survey's responses."""
    return JSONResponse(_page(world, survey_id, page_number(page), ResponseFilter()))


@router.post("/surveys/{survey_id}/responses")
def filtered_responses(world: TheWorld, survey_id: str, body: ResponseFilter, page: _Page = None) -> JSONResponse:
    """One page of the responses that a filter lets through."""
    return JSONResponse(_page(world, survey_id, page_number(page), body))


def _page(world: World, survey_id: str, page: int, wanted: ResponseFilter) -> dict[str, Any]:
    kept = _kept(world)
    if survey_id.lower() not in (kept.unsubscribe.id, kept.feedback.id):
        raise ApiError(404, "There is no such survey.")
    bound = {
        "survey": survey_id.lower(),
        "respondent": wanted.RespondentId,
        "start": _moment(wanted.StartDate),
        "end": _moment(wanted.EndDate),
        "limit": RESPONSES_PER_PAGE,
        "offset": (page - 1) * RESPONSES_PER_PAGE,
    }
    with world.reading() as db:
        total = db.execute(sql("webropol/response_count"), bound).fetchone()[0]
        rows = db.execute(sql("webropol/responses"), bound).fetchall()
    names = ("RespondentId", "ResponseId", "RespondentEmail", "ResponseDate")
    return {
        "SurveyId": survey_id,
        "Paging": paging(page, RESPONSES_PER_PAGE, total, len(rows)).model_dump(),
        "SurveyAnswers": [dict(zip(names, row, strict=True)) for row in rows],
    }


def _kept(world: World) -> Webropol:
    with world.reading() as db:
        return office_of(db).webropol


def _survey(survey: Known, status: str, *, published: bool, made: str) -> dict[str, Any]:
    return {
        "SurveyId": survey.id,
        "SurveyTitle": survey.name,
        "Status": status,
        "ParentId": None,
        "isPublished": published,
        "CreationDate": made,
    }


def _moment(moment: datetime | None) -> str | None:
    """As the answers are kept: local time without a zone, to the second. A zone that was given is dropped."""
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S}"
