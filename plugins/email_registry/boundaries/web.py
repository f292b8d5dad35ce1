"""HTTP: one session a system, allowed hosts only, time-outs, capped retries, typed errors.

`requests` puts URLs into its exceptions and warnings: nothing of them is repeated. No address is ever put
into a URL here; bodies do not show in errors.
"""

from __future__ import annotations

import ipaddress
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from email_registry.errors import ConfigurationError, RegistryError
from email_registry.settings import policy

CONNECT_AND_READ = (5.0, 60.0)
ATTEMPTS = 5
LONGEST_WAIT = 30.0

# urllib3 logs request targets at DEBUG and retries at WARNING.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class HttpFailed(RegistryError):
    """The other side did not do it. `status` is None where no answer came."""

    def __init__(self, message: str, *, status: int | None = None, certain: bool = True) -> None:
        super().__init__(message)
        self.status = status
        # Whether it is known that nothing was done: a time-out or a 5xx may come after the act.
        self.certain = certain


class _Passing(HttpFailed):
    """Worth another try: throttled, or the server's own trouble."""

    retry_after: float | None = None


class Door:
    """The way to one system. `token` gives a bearer token, and a new one when told that the old was refused."""

    def __init__(self, system: str, base: str, token: Callable[[bool], str] | None = None) -> None:
        self.system = system
        self.base = base.rstrip("/")
        self._token = token
        self._session = requests.Session()
        self._session.trust_env = True
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

    def close(self) -> None:
        self._session.close()

    def _retried(self, work: Callable[[], Any], *, only_refused: bool = False) -> Any:
        def again(error: BaseException) -> bool:
            return isinstance(error, _Passing) and (error.status == 429 or not only_refused)

        retrying = Retrying(
            retry=retry_if_exception(again),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            reraise=True,
        )
        return retrying(work)

    def _once(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Any:
        answer = self._send(method, url, headers, False, **options)
        if answer.status_code == 401 and self._token is not None:
            answer = self._send(method, url, headers, True, **options)
        return self._judge(answer)

    def _send(
        self, method: str, url: str, headers: Mapping[str, str] | None, renew: bool, **options: Any
    ) -> requests.Response:
        target = url if "://" in url else self.base + url
        self._allow(target)
        sent = {"Accept": "application/json", **(headers or {})}
        if self._token is not None:
            sent["Authorization"] = f"Bearer {self._bearer(renew)}"
        failure: HttpFailed
        try:
            return self._session.request(
                method, target, headers=sent, timeout=CONNECT_AND_READ, allow_redirects=False, **options
            )
        except requests.exceptions.SSLError:
            failure = HttpFailed(f"{self.system}: its certificate does not verify")
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ConnectionError) as error:
            refused = isinstance(error, requests.exceptions.ConnectTimeout) or "NewConnectionError" in repr(error.args)
            failure = _Passing(f"{self.system} does not answer", certain=refused)
        except requests.exceptions.RequestException as error:
            failure = _Passing(f"{self.system}: no whole answer ({type(error).__name__})", certain=False)
        raise failure

    def _bearer(self, renew: bool) -> str:
        """The token; where none is to be had the request was not sent, and asking has had its own tries."""
        assert self._token is not None  # noqa: S101  asked by the caller
        try:
            return self._token(renew)
        except HttpFailed as error:
            failure = HttpFailed(error.message, status=error.status)
        raise failure

    def _judge(self, answer: requests.Response) -> Any:
        status = answer.status_code
        if status == 429:
            throttled = _Passing(f"{self.system} throttles and goes on throttling (429)", status=status)
            throttled.retry_after = _seconds(answer.headers.get("Retry-After"))
            raise throttled
        if status >= 500:
            raise _Passing(f"{self.system} answered {status}", status=status, certain=False)
        if status >= 300:
            raise HttpFailed(f"{self.system} answered {status}", status=status)
        failure = HttpFailed(f"{self.system} answered {status} with what is not JSON", status=status, certain=False)
        try:
            return json.loads(answer.content)
        except ValueError:
            pass
        raise failure

    def _allow(self, url: str) -> None:
        host, scheme = _host_and_scheme(url)
        if host not in policy().allowed_hosts:
            raise ConfigurationError(
                f"{self.system}: its host is not among the policy's allowed_hosts, nothing was sent", runbook="policy"
            )
        if scheme != "https" and not _loopback(host):
            raise ConfigurationError(f"{self.system}: only https is used off this machine, nothing was sent")


def _host_and_scheme(url: str) -> tuple[str, str]:
    """As the library that sends reads them: another parser may see another host (`https://evil\\@allowed/`)."""
    try:
        parts = parse_url(url)
    except LocationParseError:
        return "", ""
    return (parts.host or "").strip("[]"), parts.scheme or ""


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdigit() else None


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = getattr(error, "retry_after", None)
    return min(LONGEST_WAIT, asked if asked is not None else 0.5 * 2.0 ** (state.attempt_number - 1))
