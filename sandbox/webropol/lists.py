"""Distribution lists: the sandbox's own contract, NOT the vendor's, whose interface for lists is not public."""

from __future__ import annotations

import json
import sqlite3
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from sandbox.webropol import damage
from sandbox.webropol.access import KeepsDoubles, TheWorld
from sandbox.webropol.contract import (
    AdditionResult,
    AdditionResults,
    Additions,
    Error,
    Guid,
    ListSummary,
    MemberPage,
    PageNumber,
    RemovalResult,
    Removals,
)
from sandbox.webropol.errors import ApiError
from sandbox.webropol.paging import paging
from sandbox.world import sql

MAX_EMAIL = 254

router = APIRouter(tags=["lists"])


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    texts = {400: "A wrong body or number", 401: "No valid token", 404: "No such list", 429: "Too many requests"}
    return {status: {"model": Error, "description": texts[status]} for status in statuses}


@router.get("/lists", response_model=list[ListSummary], responses=_errors(401, 429))
def lists(world: TheWorld) -> Response:
    """All lists."""
    mode = damage.begin(world)
    with world.reading() as db:
        rows = damage.lists(mode, db.execute(sql("webropol/lists")).fetchall())
    return _json([{"ListId": list_id, "Name": name, "MemberCount": count} for list_id, name, count in rows])


@router.get("/lists/{list_id}/members", response_model=MemberPage, responses=_errors(400, 401, 404, 429))
def members(world: TheWorld, list_id: Guid, asked: Annotated[PageNumber, Query()]) -> Response:
    """One page of 1,000 members, in the order in which they were added."""
    mode, page = damage.begin(world), asked.paging
    with world.reading() as db:
        size, offset, total = damage.view(mode, list_id, page, _member_count(db, mode, list_id))
        rows = db.execute(sql("webropol/members"), (list_id, size if total else 0, offset)).fetchall()
    place = paging(page, size, total, len(rows))
    last = damage.is_last(mode, page, place.TotalPages)
    content = {
        "ListId": list_id,
        "Paging": {**place.model_dump(), "IsLastItemFetched": last},
        "Members": [{"MemberId": member_id, "Email": email} for member_id, email in rows],
    }
    if mode == "another-editor" and last:
        damage.another_editor(world, list_id)
    return _json(content)


@router.post("/lists/{list_id}/members", response_model=AdditionResults, responses=_errors(400, 401, 404, 429))
def add(world: TheWorld, keeps_doubles: KeepsDoubles, list_id: Guid, body: Additions) -> Response:
    """Add members; a spelling is kept as given, and whoever is there already, in whatever case, is not added again."""
    mode = damage.begin(world)
    with world.writing() as db:
        _member_count(db, mode, list_id)
        results = [
            AdditionResult(MemberId=None, Result="Failed")
            if damage.fails(db, mode, position, list_id, member.Email.casefold())
            else _add(db, mode, list_id, member.Email, keeps_doubles)
            for position, member in enumerate(body.Members)
        ]
    return _model(AdditionResults(ListId=list_id, Results=results))


@router.post("/lists/{list_id}/members/removals", response_model=RemovalResult, responses=_errors(400, 401, 404, 429))
def remove(world: TheWorld, list_id: Guid, body: Removals) -> Response:
    """Remove members by their ids."""
    mode = damage.begin(world)
    with world.writing() as db:
        _member_count(db, mode, list_id)
        removed = sum(
            db.execute(sql("webropol/remove"), (list_id, member_id.lower())).rowcount for member_id in body.MemberIds
        )
    return _model(RemovalResult(ListId=list_id, Removed=removed, NotFound=len(body.MemberIds) - removed))


def _member_count(db: sqlite3.Connection, mode: str | None, list_id: str) -> int:
    row = None if damage.is_deleted(mode, list_id) else db.execute(sql("webropol/member_count"), (list_id,)).fetchone()
    if row is None and not damage.is_twin(mode, list_id):
        raise ApiError(404, "There is no such list.")
    return int(row[0]) if row else 0


def _add(db: sqlite3.Connection, mode: str | None, list_id: str, email: str, keeps_doubles: bool) -> AdditionResult:
    """Somebody who unsubscribed is added like anybody else: a client's mistake must be seen, not repaired here."""
    if not _plausible(email):
        return AdditionResult(MemberId=None, Result="Invalid")
    kept = damage.kept_as(mode, email)
    found = db.execute(sql("webropol/find"), (list_id, kept.casefold())).fetchone()
    if found and not (keeps_doubles or mode in damage.CARELESS):
        return AdditionResult(MemberId=found[0], Result="AlreadyMember")
    member_ids = [str(uuid.uuid4()) for _ in range(2 if mode == "member-twice" and not found else 1)]
    for member_id in member_ids:
        db.execute(sql("webropol/add"), (member_id, list_id, kept, kept.casefold()))
    return AdditionResult(MemberId=member_ids[0], Result="Added")


def _plausible(email: str) -> bool:
    """As little as a mail service must know: something, one @, something, no blank in it, not too long."""
    local, _, domain = email.partition("@")
    return bool(
        local and domain and "@" not in domain and len(email) <= MAX_EMAIL and email.isprintable() and " " not in email
    )


def _model(content: BaseModel) -> Response:
    return Response(content.model_dump_json().encode(), media_type="application/json")


def _json(content: Any) -> Response:
    return Response(json.dumps(content, ensure_ascii=False).encode(), media_type="application/json")
