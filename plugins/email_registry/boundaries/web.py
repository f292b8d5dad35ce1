"""HTTP: one session a system, allowed hosts only, bounded waits, capped retries, typed errors. For many threads.

`requests` puts URLs into its exceptions and warnings: nothing of them is repeated. No address is ever put
into a URL here; bodies do not show in errors. How long is waited for what stands in the policy (`http`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import orjson
import requests
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import parse_url

from email_registry.boundaries.certificates import Trouble, Watching, trouble
from email_registry.boundaries.hosts import hold_allowed, is_loopback
from email_registry.errors import ConfigurationError, RegistryError
from email_registry.settings import policy, utc_now
from email_registry.settings.policy import Http

T = TypeVar("T")
Token = Callable[[str | None], str]
LARGEST_ANSWER = 64 << 20  # bytes; a page of 5,000 rows has some 2 MB
PIECE = 1 << 16

# urllib3 logs request targets at DEBUG and retries at WARNING.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class HttpFailed(RegistryError):
    """The other side did not do it. `status` is None where no answer came.

    `certain`: it is known that nothing was done; a time-out or a 5xx may come after the act. `passing`: it may go
    by itself: the server's own trouble, too many requests, half an answer. `trouble`: its certificate's.
    """

    def __init__(self, message: str, *, status: int | None = None, certain: bool = True, passing: bool = False) -> None:
        super().__init__(message)
        self.status, self.certain, self.passing = status, certain, passing
        self.trouble: Trouble | None = None


class _Again(HttpFailed):
    """Worth another try at once. `wait`: what the server asked for, in seconds."""

    def __init__(self, message: str, *, status: int | None = None, certain: bool = True) -> None:
        super().__init__(message, status=status, certain=certain, passing=True)
        self.wait: float | None = None


@dataclass(frozen=True)
class Seen:
    """What an answer shows of its server: its clock, where it says it; how long its certificate is good, over TLS."""

    at: datetime | None
    certificate_until: datetime | None


class Door:
    """The way to one system.

    `token` gives a bearer token, and another one than that which it is told was refused. `at_once`: how many threads
    come through. `ca_file`: certificates of an authority of the office's own. `limits`: the policy's unless given.
    """

    def __init__(
        self, system: str, base: str, token: Token | None = None, *, at_once: int = 1, ca_file: str | None = None,
        limits: Http | None = None,
    ) -> None:  # fmt: skip
        self.system, self.base = system, base.rstrip("/")
        self._token, self._ca_file, self._limits = token, ca_file, limits or policy().http
        self._closed = threading.Event()
        self._not_before = 0.0
        self._session = requests.Session()
        # Proxies and bundles come from the environment; a login of ~/.netrc would take the token's place.
        self._session.auth = lambda request: request
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=at_once))
        self._allow(self.base)

    def get(self, url: str, **options: Any) -> Any:
        """GET, retried: reading twice does nothing twice. `url` is a path below the base, or absolute."""
        return self._retried(lambda: self._once("GET", url, **options))

    def read_by_post(self, url: str, **options: Any) -> Any:
        """A POST that only reads (a token), retried."""
        return self._retried(lambda: self._once("POST", url, **options))

    def act(self, method: str, url: str, **options: Any) -> Any:
        """A request that changes something: sent once, but again after a 429 or a 401, which did nothing."""
        return self._retried(lambda: self._once(method, url, **options), only_refused=True)

    def look(self) -> Seen:
        """Ask once for the base, without a token: whatever is answered shows the server's clock and certificate."""
        watching = Watching()
        self._session.mount("https://", watching)
        at = self._exchange("GET", self.base, {}, lambda answer, deadline: _date(answer.headers.get("Date")))
        return Seen(at, watching.until)

    def close(self) -> None:
        """End it for every thread: who waits is waited for no longer."""
        self._closed.set()
        self._session.close()

    def _retried(self, work: Callable[[], Any], *, only_refused: bool = False) -> Any:
        def again(error: BaseException) -> bool:
            return isinstance(error, _Again) and (error.status == 429 or not only_refused)

        backoff = wait_exponential_jitter(multiplier=0.5, max=self._limits.longest_wait_seconds, jitter=0.5)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            # What the server asked for is waited for by every thread, before it sends.
            return 0.0 if getattr(error, "wait", None) is not None else backoff(state)

        retrying = Retrying(
            retry=retry_if_exception(again),
            stop=stop_after_attempt(self._limits.attempts),
            wait=wait,
            sleep=self._pause,
            reraise=True,
        )
        return retrying(work)

    def _once(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Any:
        token = self._bearer(None)
        status, answered, body = self._send(method, url, headers, token, **options)
        if status == 401 and token is not None:
            status, answered, body = self._send(method, url, headers, self._bearer(token), **options)
        return self._judge(status, answered, body)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None, token: str | None, **options: Any
    ) -> tuple[int, Mapping[str, str], bytes]:
        target = url if "://" in url else self.base + url
        self._allow(target)
        self._pause(self._not_before - time.monotonic())
        sent = {"Accept": "application/json", **(headers or {})}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"

        def whole(answer: requests.Response, deadline: float) -> tuple[int, Mapping[str, str], bytes]:
            return answer.status_code, answer.headers, self._body(answer, deadline)

        return self._exchange(method, target, sent, whole, **options)

    def _exchange(
        self, method: str, target: str, sent: Mapping[str, str], read: Callable[[requests.Response, float], T],
        **options: Any,
    ) -> T:  # fmt: skip
        """One request, and of its answer what `read` makes of it until the deadline."""
        limits, deadline = self._limits, time.monotonic() + self._limits.request_seconds
        failure: HttpFailed
        try:
            with self._session.request(
                method, target, headers=sent, timeout=(limits.connect_seconds, limits.read_seconds),
                allow_redirects=False, stream=True, verify=self._ca_file, **options,
            ) as answer:  # fmt: skip
                return read(answer, deadline)
        except requests.exceptions.SSLError as error:
            found = trouble(error)
            failure = HttpFailed(f"{self.system}: {found.said}")
            failure.trouble = found
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ConnectionError) as error:
            refused = isinstance(error, requests.exceptions.ConnectTimeout) or "NewConnectionError" in repr(error.args)
            failure = _Again(f"{self.system} does not answer", certain=refused)
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:
            failure = _Again(f"{self.system}: no whole answer ({type(error).__name__})", certain=False)
        raise failure

    def _body(self, answer: requests.Response, deadline: float) -> bytes:
        """The whole body. A server that drips is given up at the deadline: each drop is within the read time-out."""
        body = bytearray()
        while piece := answer.raw.read1(PIECE, decode_content=True):
            body += piece
            if len(body) > LARGEST_ANSWER:
                raise HttpFailed(f"{self.system}: an answer of more than {LARGEST_ANSWER >> 20} MB", certain=False)
            if time.monotonic() > deadline:
                said = f"{self.system}: no whole answer within {self._limits.request_seconds:g} s"
                raise HttpFailed(said, certain=False, passing=True)
        return bytes(body)

    def _bearer(self, refused: str | None) -> str | None:
        """The token; where none is to be had the request was not sent, and asking has had its own tries."""
        if self._token is None:
            return None
        try:
            return self._token(refused)
        except HttpFailed as error:
            failure = HttpFailed(error.message, status=error.status, passing=error.passing)
        raise failure

    def _judge(self, status: int, headers: Mapping[str, str], body: bytes) -> Any:
        if status == 429:
            raise self._throttled(_seconds(headers.get("Retry-After")))
        if status >= 500:
            raise _Again(f"{self.system} answered {status}", status=status, certain=False)
        if status >= 300:
            raise HttpFailed(f"{self.system} answered {status}", status=status)
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            said = f"{self.system} answered {status} with what is not JSON"
            failure = HttpFailed(said, status=status, certain=False, passing=True)
        raise failure

    def _throttled(self, wait: float | None) -> HttpFailed:
        longest = self._limits.longest_wait_seconds
        if wait is not None and wait > longest:
            said = f"{self.system} asks to wait {wait:.0f} s, longer than {longest:g} s: run it again later"
            return HttpFailed(said, status=429, passing=True)
        failure = _Again(f"{self.system} throttles and goes on throttling (429)", status=429)
        if wait is not None:
            failure.wait, self._not_before = wait, max(self._not_before, time.monotonic() + wait)
        return failure

    def _pause(self, seconds: float) -> None:
        """Wait, unless the door closes meanwhile."""
        if seconds > 0:
            self._closed.wait(seconds)
        if self._closed.is_set():
            raise HttpFailed(f"{self.system} is read no more")

    def _allow(self, url: str) -> None:
        host, scheme = _host_and_scheme(url)
        hold_allowed(self.system, host)
        if scheme != "https" and not is_loopback(host):
            raise ConfigurationError(
                f"{self.system}: only https is used off this machine, nothing was sent", runbook="policy"
            )


def _host_and_scheme(url: str) -> tuple[str, str]:
    """As the library that sends reads them: another parser may see another host (`https://evil\\@allowed/`)."""
    try:
        parts = parse_url(url)
    except LocationParseError:
        return "", ""
    return (parts.host or "").strip("[]"), parts.scheme or ""


def _seconds(header: str | None) -> float | None:
    """`Retry-After`: seconds, or a date. None for what is neither, or is past."""
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    at = _date(header)
    wait = (at - utc_now()).total_seconds() if at else 0.0
    return wait if wait > 0 else None


def _date(header: str | None) -> datetime | None:
    try:
        at = parsedate_to_datetime(header or "")
    except (ValueError, TypeError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
