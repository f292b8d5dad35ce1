"""HTTP with one session a system, allowed hosts only, bounded waits, bounded retries and typed errors.

Threads share it.

`requests` puts URLs into its exceptions and warnings, so their texts are not repeated. No address is put into a URL
here, and errors show no bodies. The policy's `http` says how long to wait for what.
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

from email_registry.boundaries.certificates import CertificateWatch, Trouble, explain_tls_error
from email_registry.boundaries.hosts import is_loopback, require_allowed_host
from email_registry.errors import ConfigurationError, RegistryError
from email_registry.settings import policy, utc_now
from email_registry.settings.policy import Http

T = TypeVar("T")
Token = Callable[[str | None], str]
LARGEST_ANSWER_BYTES = 64 << 20  # bytes; a page of 5,000 rows has some 2 MB
PIECE_BYTES = 1 << 16

# urllib3 logs request targets at DEBUG and retries at WARNING.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class HttpFailed(RegistryError):
    """The other system did not do what was asked. `status` is None if no answer came.

    `certain`: it is known that nothing was done. A time-out or a 5xx may come after the server acted, so those are not
    certain. `passing`: another try may help (the server's own error, too many requests, half an answer). `trouble`: the
    certificate's problem.
    """

    def __init__(self, message: str, *, status: int | None = None, certain: bool = True, passing: bool = False) -> None:
        super().__init__(message)
        self.status, self.certain, self.passing = status, certain, passing
        self.trouble: Trouble | None = None


class _Again(HttpFailed):
    """An error that is worth another try at once. `wait`: the seconds that the server asked for."""

    def __init__(self, message: str, *, status: int | None = None, certain: bool = True) -> None:
        super().__init__(message, status=status, certain=certain, passing=True)
        self.wait: float | None = None


@dataclass(frozen=True)
class ServerSigns:
    """What an answer shows of its server: the clock if it has a date, the end of the certificate if it came by TLS."""

    at: datetime | None
    certificate_until: datetime | None


class Door:
    """A session with one system.

    `token(refused)` returns a bearer token that is not `refused`. `at_once`: how many threads use this object.
    `ca_file`: certificates of the office's own authority. `limits`: the policy's `http` unless given.
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
        # Proxies and certificate bundles come from the environment. A login of ~/.netrc would replace the token.
        self._session.auth = lambda request: request
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=at_once))
        self._allow(self.base)

    def get(self, url: str, **options: Any) -> Any:
        """Send a GET and retry it, because reading twice changes nothing.

        `url` is a path below the base, or absolute.
        """
        return self._retried(lambda: self._once("GET", url, **options))

    def read_by_post(self, url: str, **options: Any) -> Any:
        """Send a POST that only reads, such as one for a token, and retry it."""
        return self._retried(lambda: self._once("POST", url, **options))

    def act(self, method: str, url: str, **options: Any) -> Any:
        """Send a request that changes something, once.

        Only after a 429 or a 401, which changed nothing, it is sent again.
        """
        return self._retried(lambda: self._once(method, url, **options), only_refused=True)

    def look(self) -> ServerSigns:
        """Ask once for the base, without a token. Any answer shows the server's clock and certificate."""
        watch = CertificateWatch()
        self._session.mount("https://", watch)
        at = self._exchange("GET", self.base, {}, lambda answer, deadline: _date(answer.headers.get("Date")))
        return ServerSigns(at, watch.until)

    def close(self) -> None:
        """End the session for every thread. Threads that wait raise HttpFailed."""
        self._closed.set()
        self._session.close()

    def _retried(self, work: Callable[[], Any], *, only_refused: bool = False) -> Any:
        def again(error: BaseException) -> bool:
            return isinstance(error, _Again) and (error.status == 429 or not only_refused)

        backoff = wait_exponential_jitter(multiplier=0.5, max=self._limits.longest_wait_seconds, jitter=0.5)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            # Every thread waits as long as the server asked, before it sends.
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
        """Send one request, and return what `read` makes of the answer until the deadline."""
        limits, deadline = self._limits, time.monotonic() + self._limits.request_seconds
        failure: HttpFailed
        try:
            with self._session.request(
                method, target, headers=sent, timeout=(limits.connect_seconds, limits.read_seconds),
                allow_redirects=False, stream=True, verify=self._ca_file, **options,
            ) as answer:  # fmt: skip
                return read(answer, deadline)
        except requests.exceptions.SSLError as error:
            trouble = explain_tls_error(error)
            failure = HttpFailed(f"{self.system}: {trouble.problem}")
            failure.trouble = trouble
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ConnectionError) as error:
            refused = isinstance(error, requests.exceptions.ConnectTimeout) or "NewConnectionError" in repr(error.args)
            failure = _Again(f"{self.system} does not answer", certain=refused)
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:
            failure = _Again(f"{self.system}: no whole answer ({type(error).__name__})", certain=False)
        raise failure

    def _body(self, answer: requests.Response, deadline: float) -> bytes:
        """Return the whole body.

        A slow server is given up at the deadline, because each piece is within the read time-out.
        """
        body = bytearray()
        while piece := answer.raw.read1(PIECE_BYTES, decode_content=True):
            body += piece
            if len(body) > LARGEST_ANSWER_BYTES:
                raise HttpFailed(
                    f"{self.system}: an answer of more than {LARGEST_ANSWER_BYTES >> 20} MB", certain=False
                )
            if time.monotonic() > deadline:
                message = f"{self.system}: no whole answer within {self._limits.request_seconds:g} s"
                raise HttpFailed(message, certain=False, passing=True)
        return bytes(body)

    def _bearer(self, refused: str | None) -> str | None:
        """Return the token. Asking for a token has retries of its own, so its failure is final and nothing was sent."""
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
            message = f"{self.system} answered {status} with what is not JSON"
            failure = HttpFailed(message, status=status, certain=False, passing=True)
        raise failure

    def _throttled(self, wait: float | None) -> HttpFailed:
        longest = self._limits.longest_wait_seconds
        if wait is not None and wait > longest:
            message = f"{self.system} asks to wait {wait:.0f} s, longer than {longest:g} s: run it again later"
            return HttpFailed(message, status=429, passing=True)
        failure = _Again(f"{self.system} throttles and goes on throttling (429)", status=429)
        if wait is not None:
            failure.wait, self._not_before = wait, max(self._not_before, time.monotonic() + wait)
        return failure

    def _pause(self, seconds: float) -> None:
        """Wait. HttpFailed when the session is closed before the end."""
        if seconds > 0:
            self._closed.wait(seconds)
        if self._closed.is_set():
            raise HttpFailed(f"{self.system} is read no more")

    def _allow(self, url: str) -> None:
        host, scheme = _host_and_scheme(url)
        require_allowed_host(self.system, host)
        if scheme != "https" and not is_loopback(host):
            raise ConfigurationError(
                f"{self.system}: only https is used off this machine, nothing was sent", runbook="policy"
            )


def _host_and_scheme(url: str) -> tuple[str, str]:
    """Read host and scheme as the sending library does. Another parser may see another host (`https://evil\\@allowed/`)."""
    try:
        parts = parse_url(url)
    except LocationParseError:
        return "", ""
    return (parts.host or "").strip("[]"), parts.scheme or ""


def _seconds(header: str | None) -> float | None:
    """Read `Retry-After`, which is seconds or a date. None if it is neither, or if it is past."""
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
