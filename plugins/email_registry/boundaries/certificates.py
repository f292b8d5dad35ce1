"""What is wrong with a certificate, and how long one is good for.

The libraries say it in texts of their own, which name hosts: only OpenSSL's number of the reason gets out.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection


class Trouble(NamedTuple):
    """Why no TLS can be had of a server, and what to do about it."""

    said: str
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


def trouble(error: BaseException) -> Trouble:
    """What an error of TLS says of the server, whatever library wrapped it."""
    found = _verification(error, set())
    if found is None:
        return NO_TLS
    why, cure = REASONS.get(found.verify_code, OTHER)
    return Trouble(f"its certificate does not verify: {why}", cure)


def valid_until(peer: Mapping[str, Any] | None) -> datetime | None:
    """The end of a certificate as `SSLSocket.getpeercert` gives it."""
    ends = (peer or {}).get("notAfter")
    return None if ends is None else datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), UTC)


class Watching(HTTPAdapter):
    """An adapter of requests that keeps until when the certificate is valid that the server, or a tunnel to it, showed.

    After the answer the socket may be closed already, and the certificate gone with it.
    """

    until: datetime | None = None

    def get_connection_with_tls_context(self, *given: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*given, **options)
        watching = self

        class Connection(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                watching.until = valid_until(getattr(self.sock, "getpeercert", lambda: None)())

        if pool.scheme == "https":
            pool.ConnectionCls = Connection
        return pool


def _verification(error: Any, seen: set[int]) -> ssl.SSLCertVerificationError | None:
    """requests has urllib3's in `args`, urllib3 has another in `reason`, and OpenSSL's is at the end of it."""
    if not isinstance(error, BaseException) or id(error) in seen:
        return None
    if isinstance(error, ssl.SSLCertVerificationError):
        return error
    seen.add(id(error))
    within = (*error.args, getattr(error, "reason", None), error.__cause__, error.__context__)
    return next((found for inner in within if (found := _verification(inner, seen)) is not None), None)
