"""Check the hosts that we use by HTTP: they answer, their certificates stay valid for a while, and clocks agree."""

from __future__ import annotations

from datetime import timedelta

from email_registry.boundaries.web import Door, ServerSigns
from email_registry.doctor.answers import answered, hasty
from email_registry.doctor.findings import CheckFailed, Findings
from email_registry.settings import Connection, connection, utc_now

SOON = timedelta(days=14)
APART = timedelta(seconds=60)


def look_at(found: Findings, name: str) -> None:
    """Check a connection's host, and the host of its tokens if that is another one."""
    access = connection(name)
    _one(found, name, access, access.host)
    tokens = str(access.extra.get("token_url") or "")
    if tokens and _host(tokens) != _host(access.host):
        _one(found, f"{name}.token_url", access, tokens)


def _one(found: Findings, name: str, access: Connection, url: str) -> None:
    ca_file = access.extra.get("ca_file")
    shown: list[ServerSigns] = []

    def reached() -> str:
        with answered(name, {}):
            shown.append(Door(name, url, ca_file=ca_file, limits=hasty()).look())
        return "answers"

    if found.look(f"host {name}", reached):
        (seen,) = shown
        if seen.certificate_until is not None:
            until = seen.certificate_until
            found.look(f"certificate {name}", lambda: check_valid((until - utc_now()).days))
        if seen.at is not None:
            apart = abs(seen.at - utc_now())
            found.look(f"clock {name}", lambda: _check_clock(apart))


def check_valid(days: int) -> str:
    """Check that a certificate is valid for a while."""
    if days < SOON.days:
        raise CheckFailed(f"valid for {days} more days", "ask the system's keeper to renew it now")
    return f"valid for {days} days"


def _check_clock(apart: timedelta) -> str:
    seconds = int(apart.total_seconds())
    if apart > APART:
        raise CheckFailed(
            f"its clock is {seconds} s from this machine's",
            "let this machine take its time from NTP (`timedatectl set-ntp true`); else tell the system's keeper",
        )
    return f"within {seconds} s of this machine's"


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]
