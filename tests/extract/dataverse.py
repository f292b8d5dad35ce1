"""A Dataverse of a test's own: as many rows as it wants, and answers changed on their way out."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CAP = 5000
Page = dict[str, Any]
Change = Callable[[int, Page], Any]  # the number of the data request, from 1, and what would be answered
BOUND = re.compile(r"createdon (ge|lt) (\S+)")


def row(number: int, created: str | None = "2024-01-01T00:00:00Z", **more: Any) -> Page:
    """One account of the office's region."""
    return {
        "accountid": f"00000000-0000-4000-8000-{number:012d}",
        "emailaddress1": f"yritys{number}@sandbox-yritys.fi",
        "address1_stateorprovince": "Pirkanmaa",
        "createdon": created,
        **more,
    }


@dataclass
class Dataverse:
    """Serves `rows` as accounts; contacts there are none. Filters by `createdon` only."""

    rows: list[Page]
    change: Change = lambda number, page: page
    latency: float = 0.0
    page_size: int = CAP
    life: Any = 3600
    asked: list[str] = field(default_factory=list)
    tokens: int = 0
    most_at_once: int = 0

    def __post_init__(self) -> None:
        outer, self._lock, self._running = self, threading.Lock(), 0

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                with outer._lock:
                    outer.tokens += 1
                self.send(200, {"access_token": f"token{outer.tokens}", "expires_in": outer.life})

            def do_GET(self) -> None:
                with outer._lock:
                    outer.asked.append(self.path)
                    number = len(outer.asked)
                    outer._running += 1
                    outer.most_at_once = max(outer.most_at_once, outer._running)
                time.sleep(outer.latency)
                answer = outer.change(number, outer.page(self.path))
                with outer._lock:
                    outer._running -= 1
                status, answer = answer if isinstance(answer, tuple) else (200, answer)
                self.send(status, answer)

            def send(self, status: int, answer: Any) -> None:
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def connection(self) -> dict[str, Any]:
        return {"host": self.url, "login": "x", "password": "y", "extra": {"token_url": self.url + "/t", "scope": "s"}}

    def page(self, path: str) -> Page:
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if "$orderby" in query:
            filter_ = query["$filter"]
            times = sorted(found["createdon"] for found in self.rows if found["createdon"] and _matches(found, filter_))
            return {"value": [{"accountid": "x", "createdon": at} for at in times[:CAP]]}
        filter_, first = query.get("$filter", ""), int(query.get("skip", 0))
        found = [] if parts.path.endswith("/contacts") else [found for found in self.rows if _matches(found, filter_)]
        page: Page = {"value": [_shown(found) for found in found[first : first + self.page_size]]}
        if "skip" not in query:
            page["@odata.count"] = min(len(found), CAP)
        if first + self.page_size < len(found):
            link = f"{self.url}{parts.path}?$filter={filter_}&skip={first + self.page_size}"
            page["@odata.nextLink"] = link.replace(" ", "%20")
        return page


def _shown(found: Page) -> Page:
    return {"@odata.etag": 'W/"1"', **{name: value for name, value in found.items() if name != "createdon"}}


def _matches(found: Page, filter_: str) -> bool:
    created = found["createdon"]
    if "createdon eq null" in filter_:
        return created is None
    bounds = BOUND.findall(filter_)
    if created is None:
        return not bounds and "createdon ne null" not in filter_
    return all(created >= at if operator == "ge" else created < at for operator, at in bounds)
