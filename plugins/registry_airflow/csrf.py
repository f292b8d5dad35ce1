"""That a form is our own, and from whoever it was shown to: by what the browser says, and by a signed token."""

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
    """What a form of whoever asks carries. It is of no use in another sign-in, even of the same user."""
    return str(_signer(request).dumps(SAID))


def is_own(request: Request, token: str) -> bool:
    """Whether what was sent is such a form."""
    return _came_from_here(request) and _was_given(request, token)


def _was_given(request: Request, token: str) -> bool:
    try:
        return bool(_signer(request).loads(token, max_age=SECONDS) == SAID)
    except BadSignature:  # expired ones too
        return False


def _signer(request: Request) -> URLSafeTimedSerializer:
    """By the key that Airflow signs its own sessions with; the sign-in is part of it, and not of the token's text."""
    signed_in = request.headers.get("Authorization") or request.cookies.get(COOKIE_NAME_JWT_TOKEN) or ""
    return URLSafeTimedSerializer(
        conf.get_mandatory_value("api", "secret_key"),
        salt=b"registry, a form: " + hashlib.sha256(signed_in.encode()).digest(),
        signer_kwargs={"digest_method": hashlib.sha256},
    )


def _came_from_here(request: Request) -> bool:
    """By what the browser says of it, which a page elsewhere cannot forge.

    From a page with `Referrer-Policy: no-referrer` a form is sent with `Origin: null`, our own too (Chromium 150; the
    Fetch standard, "append a request Origin header"); then `Sec-Fetch-Site` tells. Browsers send that over TLS and to
    loopback addresses.
    """
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if origin in (None, "null"):
        return site == "same-origin"
    return origin == _own_origin(request) and site in (None, "same-origin")


def _own_origin(request: Request) -> str:
    """As users see it: `[api] base_url`, behind a proxy too."""
    own = urlsplit(conf.get("api", "base_url", fallback="") or "")
    if not own.netloc:
        own = urlsplit(str(request.base_url))
    return f"{own.scheme}://{own.netloc}"
