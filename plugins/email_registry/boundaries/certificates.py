"""Explain what is wrong with a certificate, and read until when one is valid.

The messages of the libraries name hosts, so only OpenSSL's number of the reason is used.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection


class Trouble(NamedTuple):
    """Why TLS with a server fails, and what to do about it."""

    problem: str
    cure: str


AUTHORITY = "put the certificate of its authority into a file, and its path into extra.ca_file of the connection"
NAME = "give the connection the host that the certificate is for, or ask the system's keeper for one of this host"

# X509_V_ERR_* of OpenSSL's x509_vfy.h, tried on 3.0 and Python 3.11.
REASONS: Mapping[int, tuple[str, str]] = {
    9: ("it is not valid yet", "see this machine's clock (timedatectl); else ask the system's keeper"),
    10: ("it has expired", "ask the system's keeper to renew it; see this machine's clock too (timedatectl)"),
    18: ("it is signed by itself", AUTHORITY),
    19: ("its authority is not known on this machine", AUTHORITY),
    20: ("its authority is not known on this machine", AUTHORITY),
    21: ("its authority is not known on this machine", AUTHORITY),
    62: ("it is another host's", NAME),
    64: ("it is another host's", NAME),
}
OTHER = ("it is not as it must be", "ask the system's keeper to look at it")
NO_TLS = Trouble("it does not speak TLS there", "correct the port and the scheme in the connection")


def explain_tls_error(error: BaseException) -> Trouble:
    """Explain an error of TLS, whatever library wrapped it."""
    failure = _verification(error, set())
    if failure is None:
        return NO_TLS
    why, cure = REASONS.get(failure.verify_code, OTHER)
    return Trouble(f"its certificate does not verify: {why}", cure)


def valid_until(peer: Mapping[str, Any] | None) -> datetime | None:
    """Return the end of a certificate that `SSLSocket.getpeercert` described; None without one."""
    ends = (peer or {}).get("notAfter")
    return None if ends is None else datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), UTC)


class CertificateWatch(HTTPAdapter):
    """An adapter of requests that keeps until when the certificate of the server, or of a tunnel to it, is valid.

    It is read while connecting, because the socket may be closed when the answer has been read.
    """

    until: datetime | None = None

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        watch = self

        class Connection(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                watch.until = valid_until(getattr(self.sock, "getpeercert", lambda: None)())

        if pool.scheme == "https":
            pool.ConnectionCls = Connection
        return pool


def _verification(error: Any, seen: set[int]) -> ssl.SSLCertVerificationError | None:
    """Find OpenSSL's error: requests has urllib3's error in `args`, and urllib3 has the next one in `reason`."""
    if not isinstance(error, BaseException) or id(error) in seen:
        return None
    if isinstance(error, ssl.SSLCertVerificationError):
        return error
    seen.add(id(error))
    within = (*error.args, getattr(error, "reason", None), error.__cause__, error.__context__)
    return next((found for inner in within if (found := _verification(inner, seen)) is not None), None)
