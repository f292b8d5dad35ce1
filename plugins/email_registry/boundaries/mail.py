"""Mail to the office's own people: alarms in plain text over TLS. It never contains an address of a customer.

The connection has Airflow's type smtp: `host`, `port`, `login` and `password` if the server needs them, and
`extra.from_email`. TLS begins with the first byte, or by STARTTLS if `extra.disable_ssl` is true (as in Airflow). With
`extra.disable_tls` there is no TLS; only a server on this machine may be used so. `extra.ca_file` names the certificate
of the office's own authority.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TypeVar

from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from email_registry.boundaries.certificates import Trouble, explain_tls_error, valid_until
from email_registry.boundaries.hosts import is_loopback, require_allowed_host
from email_registry.errors import ConfigurationError, RegistryError
from email_registry.settings import Connection, connection, policy, utc_now
from email_registry.settings.mail_policy import Mail

T = TypeVar("T")
TLS_PORT, STARTTLS_PORT, PLAIN_PORT = 465, 587, 25
LONGEST = 100_000  # characters of a text; a longer one is cut
# Every word with an at sign, in any of Unicode's spellings of it, may be somebody's address.
AT = re.compile(r"\S*[@\uFE6B\uFF20]\S*")
LEFT_OUT = "[an address was left out]"


class MailFailed(RegistryError):
    """The mail server could not be used. `trouble`: the certificate's problem. `passing`: another try may help."""

    exit_code = 4
    runbook = "doctor"

    def __init__(self, message: str, *, trouble: Trouble | None = None, passing: bool = False) -> None:
        super().__init__(message)
        self.trouble, self.passing = trouble, passing


class MailRefused(MailFailed):
    """The server answers and refuses what the policy or the connection says."""

    exit_code = 2


@dataclass(frozen=True)
class Probe:
    """What a server showed: its version of TLS, until when its certificate is valid, and whether there was a login."""

    tls: str
    certificate_until: datetime | None
    login: bool


def send(subject: str, text: str) -> bool:
    """Send a text to the policy's mailboxes. Returns False when the policy has no `mail`, so that nothing was sent.

    Words that look like addresses are removed from both texts. Errors: MailFailed when the server does not answer after
    `http.attempts` tries; MailRefused when it refuses the login, the sender or a recipient.
    """
    to = policy().mail
    if to is None:
        return False
    access = connection(to.connection)
    message = _message(access, to, subject, text)
    limits = policy().http
    retrying = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, MailFailed) and error.passing),
        stop=stop_after_attempt(limits.attempts),
        wait=wait_exponential_jitter(multiplier=0.5, max=limits.longest_wait_seconds, jitter=0.5),
        reraise=True,
    )
    retrying(_send, access, message)
    return True


def probe() -> Probe:
    """Connect, begin TLS and log in, and send nothing. Errors are those of `send`; the policy must have `mail`."""
    to = policy().mail
    if to is None:
        raise ConfigurationError("the policy has no `mail`", runbook="policy")
    access = connection(to.connection)
    _sender(access)
    with _server(access) as server:
        _work(server.noop)
        secret = server.sock if isinstance(server.sock, ssl.SSLSocket) else None
        tls = (secret.version() or "TLS") if secret else "no TLS, on this machine"
        until = valid_until(secret.getpeercert()) if secret else None
    return Probe(tls, until, bool(access.login))


def _message(access: Connection, to: Mail, subject: str, text: str) -> EmailMessage:
    sender = _sender(access)
    message = EmailMessage()
    message["Subject"] = " ".join(AT.sub(LEFT_OUT, subject).split())[:200]
    message["From"], message["To"] = sender, ", ".join(to.to)
    message["Date"] = format_datetime(utc_now())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])  # the same at each try
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic reply comes back
    message.set_content(AT.sub(LEFT_OUT, text)[:LONGEST])
    return message


def _send(access: Connection, message: EmailMessage) -> None:
    with _server(access) as server:
        refused = _work(lambda: server.send_message(message))
    if refused:
        raise MailRefused(f"mail: the server refuses {len(refused)} of the policy's mail.to; the others were told")


@contextmanager
def _server(access: Connection) -> Iterator[smtplib.SMTP]:
    """Connect to the server over TLS and log in."""
    if not access.host:
        raise ConfigurationError(f"connection {access.id}: host is missing: add it to connections.json")
    require_allowed_host("mail", access.host)
    timeout = policy().http.read_seconds
    context = _context(access)
    starttls, plain = bool(access.extra.get("disable_ssl")), bool(access.extra.get("disable_tls"))
    if starttls and plain and not is_loopback(access.host):
        raise ConfigurationError("mail: only TLS is used off this machine, nothing was sent", runbook="policy")
    port = access.port or (PLAIN_PORT if starttls and plain else STARTTLS_PORT if starttls else TLS_PORT)

    def connect() -> smtplib.SMTP:
        if not starttls:
            return smtplib.SMTP_SSL(access.host, port, timeout=timeout, context=context)
        return smtplib.SMTP(access.host, port, timeout=timeout)

    server = _work(connect)
    try:
        if starttls and not plain:
            _work(lambda: server.starttls(context=context))
        if access.login:
            _work(lambda: _log_in(server, access))
        yield server
        _work(server.quit)
    finally:
        server.close()


def _log_in(server: smtplib.SMTP, access: Connection) -> None:
    try:
        server.login(access.login, access.password)
    except smtplib.SMTPServerDisconnected:
        # smtplib tries the next mechanism after a refused password, and some servers hang up on that. There is no other
        # try, because other servers lock the account.
        raise smtplib.SMTPAuthenticationError(535, b"") from None


def _context(access: Connection) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=access.extra.get("ca_file"))
    except OSError:
        pass
    raise ConfigurationError(f"connection {access.id}: extra.ca_file is not there or holds no certificate")


def _sender(access: Connection) -> str:
    sender = access.require("from_email")
    if "@" not in sender or any(letter.isspace() for letter in sender):
        raise ConfigurationError(f"connection {access.id}: extra.from_email is not a mailbox: correct connections.json")
    return sender


def _work(work: Callable[[], T]) -> T:
    """Run `work`. The messages of smtplib contain the server's words and mailboxes, so they are not repeated."""
    failure: MailFailed
    try:
        return work()
    except ssl.SSLError as error:
        trouble = explain_tls_error(error)
        failure = MailRefused(f"mail: the server: {trouble.problem}", trouble=trouble)
    except smtplib.SMTPAuthenticationError as error:
        failure = _refused("the login", error.smtp_code)
    except smtplib.SMTPNotSupportedError:
        failure = MailRefused("mail: the server offers no TLS or no login there, nothing was sent")
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        failure = _refused("all of the policy's mail.to", min(codes))
    except smtplib.SMTPSenderRefused as error:
        failure = _refused("the sender extra.from_email", error.smtp_code)
    except smtplib.SMTPResponseException as error:
        failure = _refused("what was asked", error.smtp_code)
    except (smtplib.SMTPException, OSError) as error:
        failure = MailFailed(f"mail: the server does not answer as it should ({type(error).__name__})", passing=True)
    raise failure


def _refused(matter: str, code: int) -> MailFailed:
    """Return the error for a reply: 4xx is transient, 5xx is permanent (RFC 5321, 4.2.1)."""
    if 400 <= code < 500:
        return MailFailed(f"mail: the server does not take {matter} just now ({code})", passing=True)
    return MailRefused(f"mail: the server refuses {matter} ({code})")
