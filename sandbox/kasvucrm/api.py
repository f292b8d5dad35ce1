"""The Web API's endpoints under `{environment}/api/data/v9.2`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.exceptions import HTTPException

from sandbox.faults import switches
from sandbox.kasvucrm import damage, errors, metadata, query
from sandbox.kasvucrm.columns import BOOLEAN, Entity, entity_sets
from sandbox.kasvucrm.errors import ApiError, bad_query
from sandbox.kasvucrm.throttle import Throttle
from sandbox.office import office_of
from sandbox.tokens import Tokens
from sandbox.world import World, meta, need

API_PATH = "/api/data/v9.2"
JSON_TYPE = "application/json; odata.metadata=minimal"
_ENTITY_NAMES = re.compile(r"""EntityNames=\[\s*(?:'\w{1,60}'|"\w{1,60}")(?:\s*,\s*(?:'\w{1,60}'|"\w{1,60}"))*\s*\]""")


def build(world: World, path: str, tokens: Tokens) -> FastAPI:
    """The application that is mounted at `path`. Links keep the scheme and host by which a request came."""
    throttle = Throttle()
    with world.reading() as db:
        known = entity_sets(office_of(db).kasvucrm)

    def root(request: Request) -> str:
        return f"{request.url.scheme}://{request.url.netloc}{path}{API_PATH}"

    def guard(request: Request) -> Iterator[None]:
        if not tokens.accepts(request.headers.get("Authorization")):
            raise ApiError(401, errors.UNAUTHORIZED, "The bearer token is missing, unknown or expired.")
        _check_headers(request)
        with throttle.request():
            yield

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(guard)])
    app.exception_handler(ApiError)(_api_error)
    app.exception_handler(HTTPException)(_http_error)

    @app.get(API_PATH)
    @app.get(API_PATH + "/")
    def service_document(request: Request) -> Response:
        return _json(metadata.service_document(root(request), known))

    @app.get(API_PATH + "/$metadata")
    def edmx() -> Response:
        return Response(metadata.edmx(known), media_type="application/xml", headers={"OData-Version": "4.0"})

    @app.get(API_PATH + "/EntityDefinitions")
    def entity_definitions(request: Request) -> Response:
        asked = query.read(metadata.DEFINITIONS, request.url.query)
        with world.reading() as db:
            rows = db.execute(*asked.defining(metadata.definitions(known))).fetchall()
        value = [dict(zip(asked.columns, row, strict=True)) for row in rows]
        return _json({"@odata.context": f"{root(request)}/$metadata#EntityDefinitions", "value": value})

    @app.get(API_PATH + "/RetrieveTotalRecordCount({arguments})")
    def total_record_count(arguments: str, request: Request) -> Response:
        aliases = dict(parse_qsl(request.url.query))
        return _json(_totals(world, root(request), _entities_named(known, arguments, aliases)))

    @app.get(API_PATH + "/{set_name}/$count")
    def count(set_name: str, request: Request) -> Response:
        asked = damage.asked(_mode(world), query.read(_entity(known, set_name), request.url.query))
        return PlainTextResponse(str(_count(world, asked)), headers={"OData-Version": "4.0"})

    @app.get(API_PATH + "/{set_name}")
    def entity_set(set_name: str, request: Request) -> Response:
        mode = _mode(world)
        asked = damage.asked(mode, query.read(_entity(known, set_name), request.url.query))
        size = query.page_size(request.headers.get("Prefer"))
        page = _page(
            world,
            root(request),
            asked,
            damage.page_size(mode, size or query.MAX_PAGE),
            request.url.query,
            mode == "rows-moving",
        )
        response = _json(damage.page(mode, asked.entity, page, str(request.url)))
        if size:
            response.headers["Preference-Applied"] = f"odata.maxpagesize={size}"
        return response

    return app


def _mode(world: World) -> str | None:
    with world.reading() as db:
        return switches(meta(db, "fault")).mode("kasvucrm")


def _page(world: World, root: str, asked: query.Query, size: int, query_string: str, moving: bool) -> dict[str, Any]:
    """One page. With `$top` there is no next one; as documented, a page size beside it counts for nothing."""
    limit = asked.top or size
    with world.taking_turns() as db:
        rows = _few(db, asked) if asked.by_time and not asked.after and not asked.order else None
        count = query.COUNT_CAP if rows is None else len(rows)
        if rows is None:
            if asked.count or asked.by_time:
                count = db.execute(*asked.counting()).fetchone()[0]
            rows = db.execute(*asked.page(limit, few=asked.by_time and count < query.COUNT_CAP)).fetchall()
    more = len(rows) > limit and asked.top is None
    page: dict[str, Any] = {
        "@odata.context": f"{root}/$metadata#{asked.entity.set_name}({','.join(asked.select)})",
    }
    if asked.count:
        page["@odata.count"] = count
    page["value"] = _entities(asked, rows[:limit])
    if more:
        # Where rows move, the next page begins with the last row of this one.
        last = page["value"][-2 if moving else -1][asked.entity.key]
        after = int(asked.after or 0) + limit if asked.order else last
        options = [pair for pair in parse_qsl(query_string, keep_blank_values=True) if pair[0] != "$skiptoken"]
        options.append(("$skiptoken", asked.skiptoken(after)))
        page["@odata.nextLink"] = f"{root}/{asked.entity.set_name}?{urlencode(options, safe='$')}"
    return page


def _few(db: sqlite3.Connection, asked: query.Query) -> list[tuple[Any, ...]] | None:
    """All that match, in the order of their keys, found once; None where they reach the cap."""
    rows = db.execute(*asked.all()).fetchall()
    if len(rows) >= query.COUNT_CAP:
        return None
    key = 1 + asked.columns.index(asked.entity.key)
    return sorted(rows, key=lambda row: row[key])


def _entities(asked: query.Query, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    names = ("@odata.etag", *asked.columns)
    entities = [dict(zip(names, row, strict=True)) for row in rows]
    booleans = [name for name in asked.columns if asked.entity.columns[name] == BOOLEAN]
    for entity in entities:
        entity["@odata.etag"] = f'W/"{entity["@odata.etag"]}"'
        for name in booleans:  # SQLite keeps them as 0 and 1
            if entity[name] is not None:
                entity[name] = bool(entity[name])
    return entities


def _count(world: World, asked: query.Query) -> int:
    with world.reading() as db:
        return int(db.execute(*asked.counting()).fetchone()[0])


def _totals(world: World, root: str, asked: dict[str, Entity]) -> dict[str, Any]:
    with world.reading() as db:
        values = [int(need(db, f"total_{entity.kept}")) for entity in asked.values()]
    names = list(asked)
    return {
        "@odata.context": f"{root}/$metadata#{metadata.NAMESPACE}.RetrieveTotalRecordCountResponse",
        "EntityRecordCountCollection": {"Count": len(names), "IsReadOnly": False, "Keys": names, "Values": values},
    }


def _entities_named(known: dict[str, Entity], arguments: str, aliases: dict[str, str]) -> dict[str, Entity]:
    """By the names from `EntityNames=['account','contact']`, written there or by an alias (`EntityNames=@p1`)."""
    alias = re.fullmatch(r"EntityNames=(@\w{1,60})", arguments)
    if alias:
        arguments = "EntityNames=" + aliases.get(alias[1], "")
    if not _ENTITY_NAMES.fullmatch(arguments):
        raise bad_query("RetrieveTotalRecordCount wants EntityNames=['account','contact'].")
    names = re.findall(r"\w+", arguments)[1:]
    by_name = {entity.logical_name: entity for entity in known.values()}
    if not by_name.keys() >= set(names):
        raise ApiError(400, errors.BAD_INPUT, "An entity named there does not exist.")
    return {name: by_name[name] for name in names}


def _entity(known: dict[str, Entity], set_name: str) -> Entity:
    if set_name not in known:
        raise ApiError(404, errors.NOT_FOUND, "Resource not found for the segment.")
    return known[set_name]


def _check_headers(request: Request) -> None:
    """Refuse a version of OData that is not spoken here, and a client that does not take JSON or XML."""
    for header in ("OData-Version", "OData-MaxVersion"):
        version = request.headers.get(header, "4.0")
        if version not in ("4.0", "4.01") or (header, version) == ("OData-Version", "4.01"):
            raise ApiError(400, errors.BAD_INPUT, f"{header} must be 4.0.")
    accept = request.headers.get("Accept", "*/*").lower()
    if not any(kind in accept for kind in ("json", "xml", "text/plain", "*/*", "application/*")):
        raise ApiError(406, errors.BAD_INPUT, "Accept must allow application/json.")


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, {"OData-Version": "4.0"}, JSON_TYPE)


def _api_error(_: Request, error: ApiError) -> Response:
    response = _json(error.body(), error.status)
    response.headers.update(error.headers)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http_error(_: Request, error: HTTPException) -> Response:
    return JSONResponse(
        ApiError(error.status_code, errors.NOT_FOUND, "There is no such resource.").body(), error.status_code
    )
