"""The OData way: a full, filtered snapshot through the Dataverse Web API, page after page.

Documented by the vendor: client credentials, `odata.maxpagesize`, `@odata.nextLink` followed verbatim, the primary
key coming along unasked. That KasvuCRM is a Dataverse is the most plausible reading, not a published fact.
`$count` is capped at 5,000 and proves nothing large: the chain's end and unique keys do.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from typing import Any

from email_registry.boundaries.web import Door, HttpFailed
from email_registry.errors import SourceFailed
from email_registry.extract.reading import Chunk, Ending
from email_registry.privacy import AddressColumn
from email_registry.settings import Connection, connection
from email_registry.settings.policy import ODataWay

COUNT_CAP = 5000
RENEW_BEFORE = 120.0  # seconds before a token's end


class ODataReading:
    """The entity sets of one source, one after the other."""

    def __init__(self, name: str, way: ODataWay) -> None:
        self._name, self._way = name, way
        access = connection(way.connection)
        self._door = Door(name, access.host, token=_Tokens(name, access))
        self._declared: int | None = 0
        self._pages = 0
        self._digest = hashlib.sha256()

    def chunks(self) -> Iterator[Chunk]:
        try:
            for entity_set, key in self._way.entity_sets.items():
                yield from self._entity_set(entity_set, key)
        finally:
            self._door.close()

    def ending(self) -> Ending:
        return Ending(self._declared, self._pages, self._way.columns.email, self._digest.hexdigest())

    def _entity_set(self, entity_set: str, key: str) -> Iterator[Chunk]:
        email = self._way.columns.email
        query: dict[str, str] | None = {"$select": email, "$filter": " ".join(self._way.filter.split()),
                                        "$count": "true"}  # fmt: skip
        url, seen, visited, received = f"/api/data/v9.2/{entity_set}", set[str](), set[str](), 0
        while url:
            if url in visited:
                raise self._failed("the chain of pages goes round")
            visited.add(url)
            page = self._page(url, query)
            rows = self._rows(page, email, key)
            keys = {row[key] for row in rows}
            if len(keys) != len(rows) or keys & seen:
                raise self._failed("a row came twice: rows moved between pages")
            seen |= keys
            received += len(rows)
            self._pages += 1
            if query is not None:
                self._declare(page.get("@odata.count"))
            for row_key in sorted(keys):
                self._digest.update(row_key.encode())
            yield Chunk(AddressColumn(row[email] for row in rows), len(rows), 0)
            url, query = str(page.get("@odata.nextLink") or ""), None

    def _declare(self, count: Any) -> None:
        """A count below the cap is the source's word; at the cap it says nothing."""
        known = isinstance(count, int) and count < COUNT_CAP
        self._declared = self._declared + count if known and self._declared is not None else None

    def _page(self, url: str, query: dict[str, str] | None) -> dict[str, Any]:
        failure: SourceFailed
        headers = {"OData-Version": "4.0", "OData-MaxVersion": "4.0",
                   "Prefer": f"odata.maxpagesize={self._way.page_size}"}  # fmt: skip
        try:
            page = self._door.get(url, params=query, headers=headers)
            if isinstance(page, dict) and isinstance(page.get("value"), list):
                return page
            failure = self._failed("an answer is not a page of rows")
        except HttpFailed as error:
            failure = SourceFailed(error.message, runbook="source-incomplete")
        raise failure

    def _rows(self, page: dict[str, Any], email: str, key: str) -> list[dict[str, str]]:
        """The rows as they came, held to the contract: the email, the key, and nothing unasked but annotations."""
        rows: list[dict[str, str]] = page["value"]
        for row in rows:
            if not isinstance(row, dict) or not isinstance(row.get(key), str) or email not in row:
                raise self._failed("a row lacks an agreed column")
            if any(name not in (email, key) and not name.startswith("@") for name in row):
                raise self._failed("a column came that was not agreed")
        return rows

    def _failed(self, why: str) -> SourceFailed:
        return SourceFailed(f"{self._name}: {why}", runbook="source-incomplete")


class _Tokens:
    """Client credentials: one token until shortly before its end, or until it is refused."""

    def __init__(self, name: str, access: Connection) -> None:
        self._access = access
        self._door = Door(name, access.require("token_url"))
        self._token, self._until = "", 0.0

    def __call__(self, renew: bool) -> str:
        if renew or time.monotonic() >= self._until:
            answer = self._door.read_by_post(
                self._door.base,
                data={"grant_type": "client_credentials", "client_id": self._access.login,
                      "client_secret": self._access.password, "scope": self._access.require("scope")},
            )  # fmt: skip
            self._token = str(answer.get("access_token", ""))
            self._until = time.monotonic() + float(answer.get("expires_in", 0)) - RENEW_BEFORE
        return self._token
