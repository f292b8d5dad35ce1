"""Read chains of pages from the Dataverse Web API, and check each page and each row against what was agreed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from urllib3.util import parse_url

from email_registry.boundaries.tokens import Tokens
from email_registry.boundaries.web import Door, HttpFailed
from email_registry.errors import SourceFailed, SourceUnready
from email_registry.extract.odata_pieces import Piece
from email_registry.extract.seen_keys import hashed
from email_registry.privacy import AddressColumn
from email_registry.settings import Connection
from email_registry.settings.policy import Http, ODataWay

API = "/api/data/v9.2/"
TIMES = 5000
EMPTY_PAGES = 3  # the source fails after so many pages without rows, one after the other, if another is announced


@dataclass(frozen=True)
class Page:
    """The addresses of one page's rows and the hashes of their keys. Nothing else of a row is kept.

    `count`: the source's own count of the whole piece. Only the piece's first page may have it.
    """

    emails: AddressColumn
    keys: bytes
    count: int | None


class Pages:
    """Access to the pages of one source. Threads share it."""

    def __init__(self, name: str, way: ODataWay, access: Connection, limits: Http | None = None) -> None:
        self._name, self._way = name, way
        ca_file = access.extra.get("ca_file")
        token_door = Door(name, access.require("token_url"), ca_file=ca_file, limits=limits)
        login = {
            "grant_type": "client_credentials",
            "client_id": access.login,
            "client_secret": access.password,
            "scope": access.require("scope"),
        }
        self._tokens = Tokens(lambda: token_door.read_by_post(token_door.base, data=login))
        self._door = Door(name, access.host, token=self._tokens, at_once=way.at_once, ca_file=ca_file, limits=limits)
        self._filter = " ".join(way.filter.split())
        self._agreed = frozenset(way.columns.agreed)
        self._headers = {
            "OData-Version": "4.0",
            "OData-MaxVersion": "4.0",
            "Prefer": f"odata.maxpagesize={way.page_size}",
        }

    def close(self) -> None:
        self._door.close()

    def sign_in(self) -> None:
        """Get a token. Raises HttpFailed when the server gives none."""
        self._tokens()

    def first(self, entity_set: str, key: str) -> int:
        """Ask for one row of an entity set and check it. Returns the number of rows: 1, or 0 when none is the office's.

        Raises HttpFailed with the server's status: 400 for a column that it does not know, 404 for an entity set.
        """
        query = {"$select": ",".join(self._way.columns.agreed), "$filter": self._filter, "$top": "1"}
        page = self._door.get(API + entity_set, params=query, headers=self._headers)
        if not isinstance(page, dict) or not isinstance(page.get("value"), list):
            raise self._failed("an answer is not a page of rows")
        self._require_agreed_rows(page["value"], key)
        column = self._way.partition
        if column:
            query = {"$select": column, "$filter": self._filter, "$orderby": column, "$top": "1"}
            self._door.get(API + entity_set, params=query, headers=self._headers)
        return len(page["value"])

    def of(self, piece: Piece) -> Iterator[Page]:
        """Yield the pages of a piece until the chain ends."""
        query: dict[str, str] | None = {
            "$select": ",".join(self._way.columns.agreed),
            "$filter": piece.filter(self._filter, self._way.partition),
            "$count": "true",
        }
        url, visited, empty = API + piece.entity_set, set[int](), 0
        while url:
            page = self._page(url, query)
            rows, link = page["value"], page.get("@odata.nextLink")
            self._require_agreed_rows(rows, piece.key)
            keys = hashed(piece.entity_set, (row[piece.key] for row in rows))
            emails = AddressColumn(row[self._way.columns.email] for row in rows)
            yield Page(emails, keys, _count(page) if query is not None else None)
            empty = 0 if rows else empty + 1
            if link and empty >= EMPTY_PAGES:
                raise self._failed("pages without rows go on and on")
            if link:
                self._require_same_entity_set(link, piece.entity_set, visited)
            url, query = link or "", None

    def earliest(self, piece: Piece) -> list[datetime]:
        """Return the times of a piece's earliest rows, in order. They are at most one page."""
        column = str(self._way.partition)
        filter_ = f"{piece.filter(self._filter, column)} and {column} ne null"
        query = {"$select": column, "$filter": filter_, "$orderby": column, "$top": str(TIMES)}
        rows = self._page(API + piece.entity_set, query)["value"]
        try:
            return sorted(datetime.fromisoformat(row[column]) for row in rows)
        except (KeyError, TypeError, ValueError):
            pass
        raise self._failed("the column that divides it holds no times")

    def _page(self, url: str, query: Mapping[str, str] | None) -> dict[str, Any]:
        failure: SourceFailed
        try:
            page = self._door.get(url, params=query, headers=self._headers)
            if isinstance(page, dict) and isinstance(page.get("value"), list):
                return page
            failure = SourceUnready(f"{self._name}: an answer is not a page of rows")
        except HttpFailed as error:
            failure = (SourceUnready if error.passing else SourceFailed)(error.message)
        raise failure

    def _require_agreed_rows(self, rows: list[Any], key: str) -> None:
        """Raise SourceFailed unless all rows are the office's and have exactly the agreed columns and the key.

        They may have annotations as well.
        """
        columns, expected = self._way.columns, self._agreed | {key}
        usual, wanted = expected | {"@odata.etag"}, tuple(columns.where.items())
        foreign = 0
        for row in rows:
            if not isinstance(row, dict) or not expected <= row.keys() or not isinstance(row[key], str):
                raise self._failed("a row lacks an agreed column")
            if row.keys() != usual and any(name not in expected and "@" not in name for name in row):
                raise self._failed("a column came that was not agreed")
            email = row[columns.email]
            if email is not None and not isinstance(email, str):
                raise self._failed("a value is no text")
            for column, value in wanted:
                if row[column] != value:
                    foreign += 1
                    break
        if foreign:
            raise self._failed(f"{foreign} rows of a page are not the office's: the filter was not obeyed")

    def _require_same_entity_set(self, link: Any, entity_set: str, visited: set[int]) -> None:
        """Raise SourceFailed unless the link leads to a new page of the same entity set and server.

        The token is sent to the link's server, so it must be the source's own.
        """
        own = parse_url(self._door.base)
        next_url = parse_url(link) if isinstance(link, str) else None
        path = (own.path or "").rstrip("/") + API + entity_set
        if next_url is None or (next_url.scheme, next_url.auth, next_url.host, next_url.port, next_url.path) != (
            own.scheme, None, own.host, own.port, path
        ):  # fmt: skip
            raise self._failed("the next page is said to be elsewhere; nothing was sent there")
        if hash(link) in visited:
            raise self._failed("the chain of pages goes round")
        visited.add(hash(link))

    def _failed(self, why: str) -> SourceFailed:
        return SourceFailed(f"{self._name}: {why}")


def _count(page: Mapping[str, Any]) -> int | None:
    count = page.get("@odata.count")
    return count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None
