"""Check that a form is our own and was shown to the same user, by the browser's headers and by a signed token."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from airflow.configuration import conf
from fastapi import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer

SECONDS = 12 * 60 * 60
SAID = "form"


def token_for(request: Request) -> str:
    """Return the token for a form. It is valid only within the same sign-in."""
    return str(_signer(request).dumps(SAID))


def is_own(request: Request, token: str) -> bool:
    """Tell whether a form carries a valid token and came from our own page."""
    return _came_from_here(request) and _was_given(request, token)


def _was_given(request: Request, token: str) -> bool:
    try:
        return bool(_signer(request).loads(token, max_age=SECONDS) == SAID)
    except BadSignature:  # expired ones too
        return False


def _signer(request: Request) -> URLSafeTimedSerializer:
    """Return a signer with the key of Airflow's own sessions.

    The sign-in is part of the key, and not of the token's text.
    """
    signed_in = request.headers.get("Authorization") or request.cookies.get(COOKIE_NAME_JWT_TOKEN) or ""
    return URLSafeTimedSerializer(
        conf.get_mandatory_value("api", "secret_key"),
        salt=b"registry, a form: " + hashlib.sha256(signed_in.encode()).digest(),
        signer_kwargs={"digest_method": hashlib.sha256},
    )


def _came_from_here(request: Request) -> bool:
    """Tell by the browser's headers, which another site cannot forge, whether the form came from our page.

    From a page with `Referrer-Policy: no-referrer` a form is sent with `Origin: null`, our own too (Chromium 150; the
    Fetch standard, "append a request Origin header"); then `Sec-Fetch-Site` tells. Browsers send that over TLS and to
    loopback addresses.
    """
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin in (None, "null"):
        return site == "same-origin"
    return origin == _own_origin(request) and site in (None, "same-origin")


def _own_origin(request: Request) -> str:
    """Return our origin as users see it, also behind a proxy: `[api] base_url`."""
    own = urlsplit(conf.get("api", "base_url", fallback="") or "")
    if not own.netloc:
        own = urlsplit(str(request.base_url))
    return f"{own.scheme}://{own.netloc}"
