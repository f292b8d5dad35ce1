"""What may be wrong with what Webropol says and does, though it answers as agreed: lists, pages and members.

What happens to a list once a night is remembered in the world: a server that starts again does not repeat it.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from typing import NamedTuple

from sandbox.faults import switches
from sandbox.office import named, names, office_of
from sandbox.store import last_night
from sandbox.vocabulary import PERSON_DOMAIN
from sandbox.webropol.contract import PAGE
from sandbox.world import World, meta, set_meta, sql

# The first list of an office: the one to which something happens, where it happens to one. And its twin.
TWINS = {found: str(uuid.uuid5(uuid.UUID(found), "twin")) for name in names() for found in [named(name).webropol.first]}
AFFLICTED = frozenset(TWINS)
OTHER_NAME = "Henkilöasiakkaat (vanha)"
SMALL_PAGE = 20  # a page may hold fewer than it could
SMALL = frozenset({"pages-shifting", "pages-shrinking", "pages-looping", "pages-cut"})
EACH_FAILED = 10
CARELESS = frozenset({"member-twice", "applied-late"})  # who is added again is there twice
Row = tuple[str, str, int]  # a list's id, its name, how many are on it


class View(NamedTuple):
    """Which members a page shows, and how many it says there are."""

    size: int
    offset: int
    total: int


def mode_of(db: sqlite3.Connection) -> str | None:
    """How this place behaves tonight."""
    return switches(meta(db, "fault")).mode("webropol")


def begin(world: World) -> str | None:
    """Tonight's mode; what happened before anybody asked has happened when this returns."""
    with world.reading() as db:
        mode = mode_of(db)
        if mode != "list-reset" or not _due(db, mode):
            return mode
    with world.writing() as db:
        if _happens(db, mode):
            db.execute(sql("webropol/reset"), (office_of(db).webropol.first,))
    return mode


def another_editor(world: World, list_id: str) -> None:
    """A colleague strikes somebody who belongs on the list and adds somebody whom nobody knows."""
    with world.writing() as db:
        lists = office_of(db).webropol.lists
        name = next((name for name, known in lists.items() if known.id == list_id.lower()), None)
        if name is None or not _happens(db, f"edited_{name}"):
            return
        stranger = f"kollegan.tuttu.{last_night(db).number}@{PERSON_DOMAIN}"
        db.execute(sql("webropol/strike"), {"list": lists[name].id, "audiences": json.dumps(lists[name].audiences)})
        db.execute(sql("webropol/add"), (str(uuid.uuid4()), list_id, stranger, stranger))


def _due(db: sqlite3.Connection, event: str) -> bool:
    return meta(db, f"webropol_{event}") != str(last_night(db).number)


def _happens(db: sqlite3.Connection, event: str) -> bool:
    """Whether it is to happen now: once a night."""
    due = _due(db, event)
    set_meta(db, f"webropol_{event}", str(last_night(db).number))
    return due


def lists(mode: str | None, rows: list[Row]) -> list[Row]:
    """What the list of lists shows."""
    twins = [(TWINS[list_id], name, 0) for list_id, name, _ in rows if list_id in AFFLICTED and mode == "list-twin"]
    return [_row(mode, row) for row in rows if not is_deleted(mode, row[0])] + twins


def _row(mode: str | None, row: Row) -> Row:
    list_id, name, count = row
    if list_id not in AFFLICTED:
        return row
    return list_id, OTHER_NAME if mode == "list-renamed" else name, 0 if mode == "list-empty-200" else count


def is_deleted(mode: str | None, list_id: str) -> bool:
    """Whether the list is not there tonight."""
    return mode == "list-deleted" and list_id.lower() in AFFLICTED


def is_twin(mode: str | None, list_id: str) -> bool:
    """Whether it is the list that is there tonight only, under the name of another."""
    return mode == "list-twin" and list_id.lower() in TWINS.values()


def view(mode: str | None, list_id: str, page: int, total: int) -> View:
    """The members that a page shows. Where pages move, somebody came or went at the front after the first was read."""
    if mode == "list-empty-200" and list_id.lower() in AFFLICTED:
        return View(PAGE, 0, 0)
    size = SMALL_PAGE if mode in SMALL else PAGE
    moved = {"pages-shifting": 1, "pages-shrinking": -1}.get(mode or "", 0) if page > 1 else 0
    offset = 0 if mode == "pages-looping" else (page - 1) * size - moved
    return View(size, offset, total + moved)


def is_last(mode: str | None, page: int, pages: int) -> bool:
    """What a page says of itself."""
    if mode == "pages-looping":
        return False
    return page >= (pages - 1 if mode == "pages-cut" else pages)


def kept_as(mode: str | None, email: str) -> str:
    """The spelling in which an address is kept."""
    if mode == "lower-cased":
        return email.lower()
    if mode == "tag-dropped":
        local, _, domain = email.partition("@")
        return f"{local.partition('+')[0]}@{domain}"
    return email


def fails(db: sqlite3.Connection, mode: str | None, position: int, list_id: str, folded: str) -> bool:
    """Whether an addition fails: the first of each ten of a batch does, once."""
    if mode != "partial-errors" or position % EACH_FAILED:
        return False
    failed = db.execute(sql("webropol/failed_before"), (list_id, folded)).fetchone()
    if failed is None:
        db.execute(sql("webropol/fail"), (list_id, folded))
    return failed is None
