"""A mail server of a test's own: with TLS or without, with a login, refusing whom it is told to."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session

LOGIN, PASSWORD = "registry", "a secret of the tests"
Answer = Callable[[str], str]


@dataclass
class Mailboxes:
    """What came, whole, and what is answered to whom it is for and to the whole."""

    came: list[bytes] = field(default_factory=list)
    to: Answer = lambda address: "250 OK"
    taken: list[str] = field(default_factory=lambda: ["250 OK"])  # the last one for ever

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: Any) -> str:  # noqa: N802
        answer = self.to(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.taken.pop(0) if len(self.taken) > 1 else self.taken[0]
        if answer.startswith("250"):
            self.came.append(envelope.original_content or b"")
        return answer


def _authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (LOGIN.encode(), PASSWORD.encode()))


@dataclass
class MailServer:
    port: int
    mailboxes: Mailboxes
    ca_file: str

    def connection(self, *, host: str = "localhost", password: str = PASSWORD, **extra: Any) -> dict[str, Any]:
        known = {"from_email": "rekisteri@te-toimisto.fi", "disable_ssl": True, "ca_file": self.ca_file}
        return {
            "conn_type": "smtp", "host": host, "port": self.port, "login": LOGIN, "password": password,
            "extra": known | extra,
        }  # fmt: skip


@contextmanager
def mail_server(
    folder: Path, *, tls: str = "starttls", hosts: tuple[str, ...] = ("localhost", "127.0.0.1"), known: bool = True
) -> Iterator[MailServer]:
    """`tls`: starttls, at once, or none. `hosts`: whose certificate it is; `known`: whether its authority is."""
    authority = trustme.CA()
    ca_file = folder / "mail-ca.pem"
    ca_file.write_bytes((authority if known else trustme.CA()).cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)
    mailboxes = Mailboxes()
    secret: dict[str, Any] = {"starttls": {"tls_context": context, "require_starttls": True}}.get(tls, {})
    controller = Controller(
        mailboxes, hostname="127.0.0.1", port=_free_port(), authenticator=_authenticate, auth_required=tls != "none",
        auth_require_tls=tls == "starttls", ssl_context=context if tls == "at once" else None, **secret,
    )  # fmt: skip
    controller.start()
    try:
        yield MailServer(controller.port, mailboxes, str(ca_file))
    finally:
        controller.stop()


def _free_port() -> int:
    from local.cluster_files import free_port

    return free_port()
