"""What may be wrong with what KasvuCRM answers, though the way it answers is as documented: rows, counts and links."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from sandbox.kasvucrm.columns import EMAIL, REGION, Entity
from sandbox.kasvucrm.query import Query

Row = dict[str, Any]
Page = dict[str, Any]

SMALL_PAGE = 20  # a server may send fewer rows than it was asked for
# Of the rows that match, those that come.
KEPT = {"empty": "0", "fewer": "substr(id, -1) > '4'", "count-cap": "substr(id, -1) > '7'"}
SMALL = frozenset({"page-cap", "link-itself", "link-circle", "link-elsewhere", "rows-moving"})


def asked(mode: str | None, query: Query) -> Query:
    """The query, with fewer rows where some do not come; what is counted agrees with them."""
    if mode not in KEPT:
        return query
    condition = query.condition
    return replace(query, condition=condition._replace(sql=f"({condition.sql}) AND ({KEPT[mode]})"))


def page_size(mode: str | None, size: int) -> int:
    return min(size, SMALL_PAGE) if mode in SMALL else size


def page(mode: str | None, entity: Entity, found: Page, own_url: str) -> Page:
    """Return a page of what was found, damaged as the mode says."""
    rows, link = found["value"], found.get("@odata.nextLink")
    if mode == "page-cap":
        found.pop("@odata.nextLink", None)
    elif mode == "link-itself" and link:
        found["@odata.nextLink"] = own_url
    elif mode == "link-circle" and "skiptoken=" in own_url:
        found["@odata.nextLink"] = re.sub(r"[?&]%?2?4?\$?skiptoken=[^&]*", "", own_url)
    elif mode == "link-elsewhere" and link:
        found["@odata.nextLink"] = "https://elsewhere.invalid/" + link.split("/", 3)[3]
    elif mode == "rows-moving" and "skiptoken=" in own_url:
        found["value"] = rows[:1] + rows[2:]  # the first came on the page before; the second never comes
    elif mode == "country":
        found["value"] = [copy for row in rows for copy in (row, _elsewhere(entity, row))]
        if "@odata.count" in found:
            found["@odata.count"] *= 2
    elif mode == "column-new":
        found["value"] = [{**row, "fullname": "Testi"} for row in rows]
    elif mode == "column-renamed":
        found["value"] = [{_renamed(entity, name): value for name, value in row.items()} for row in rows]
    elif mode == "column-missing":
        found["value"] = [{name: value for name, value in row.items() if name != entity.shown(EMAIL)} for row in rows]
    elif mode == "column-reordered":
        found["value"] = [dict(reversed(row.items())) for row in rows]
    return found


def _elsewhere(entity: Entity, row: Row) -> Row:
    """A customer of another region for each of this one."""
    email = entity.shown(EMAIL)
    changes = {entity.shown(REGION): "Lappi", email: f"muu.{row.get(email)}"}
    keys = {name: f"{value[:-12]}{'e' * 4}{value[-8:]}" for name, value in row.items() if name == entity.key}
    return {**row, **keys, **{name: value for name, value in changes.items() if name in row}}


def _renamed(entity: Entity, name: str) -> str:
    return name[:-1] if name == entity.shown(EMAIL) else name
