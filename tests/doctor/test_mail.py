"""Mail to the office's own people: over TLS or not at all, and never an address in it."""

from __future__ import annotations

import email
import json
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import yaml

from email_registry.boundaries import mail
from email_registry.boundaries.mail import MailFailed, MailRefused
from email_registry.errors import ConfigurationError, RegistryError
from email_registry.settings import load_policy
from tests.conftest import SANDBOX_POLICY, write_secrets
from tests.doctor.mail_server import PASSWORD, MailServer, mail_server

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the test server's own
TO = ["tietosuoja@te-toimisto.fi", "it@te-toimisto.fi"]
HASTY = {"connect_seconds": 1, "read_seconds": 2, "attempts": 3, "longest_wait_seconds": 0.1}


@pytest.fixture
def connect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write the policy and the connection of mail."""
    environment = write_secrets(tmp_path, "", "")
    policy = tmp_path / "policy.yaml"
    content = {"extends": str(SANDBOX_POLICY), "http": HASTY, "mail": {"connection": "mail", "to": TO}}
    policy.write_text(yaml.safe_dump(content), encoding="utf-8")
    for name, value in (environment | {"REGISTRY_POLICY": str(policy)}).items():
        monkeypatch.setenv(name, value)

    def write(server: MailServer, **changes: Any) -> None:
        (tmp_path / "secrets" / "connections.json").write_text(json.dumps({"mail": server.connection(**changes)}))

    return write


@pytest.mark.parametrize("tls", ["starttls", "at once"])
def test_a_mail_comes_whole_over_tls_to_everybody_named(tmp_path: Path, connect: Any, tls: str) -> None:
    with mail_server(tmp_path, tls=tls) as server:
        connect(server, disable_ssl=tls == "starttls")
        assert mail.probe().tls.startswith("TLS")
        assert mail.send("Yö pysähtyi\nX-Evil: 1", "Lähde ura_persons: ei tiedostoa.\n.\nSe siitä.\n")
    (content,) = server.mailboxes.came
    came = email.message_from_bytes(content, policy=default)
    assert came["Subject"] == "Yö pysähtyi X-Evil: 1"
    assert came["To"] == ", ".join(TO)
    assert came["From"] == "rekisteri@te-toimisto.fi"
    assert came["Auto-Submitted"] == "auto-generated"
    assert came["Message-ID"].endswith("@te-toimisto.fi>")
    assert came["Date"]
    assert came.get_content().replace("\r\n", "\n") == "Lähde ura_persons: ei tiedostoa.\n.\nSe siitä.\n"


@pytest.mark.parametrize("at", ["@", "\uff20", "\ufe6b"])
def test_what_looks_like_an_address_is_left_out(tmp_path: Path, connect: Any, at: str) -> None:
    with mail_server(tmp_path) as server:
        connect(server)
        mail.send(f"about matti{at}sandbox-posti.fi", f"he was <matti{at}sandbox-posti.fi>, and is not")
    came = email.message_from_bytes(server.mailboxes.came[0], policy=default)
    assert "matti" not in came["Subject"] + came.get_content()
    assert "he was [an address was left out] and is not" in came.get_content()


def test_without_mail_in_the_policy_nobody_is_told(connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_POLICY", str(SANDBOX_POLICY))
    assert mail.send("a", "b") is False


def test_what_may_pass_is_tried_again_and_comes_once(tmp_path: Path, connect: Any) -> None:
    with mail_server(tmp_path) as server:
        connect(server)
        server.mailboxes.taken[:0] = ["451 later", "421 later"]
        assert mail.send("a", "b")
    assert len(server.mailboxes.came) == 1


def test_what_does_not_pass_is_said_once_and_names_nobody(tmp_path: Path, connect: Any) -> None:
    with mail_server(tmp_path) as server:
        connect(server)
        server.mailboxes.to = lambda address: "550 no such mailbox" if address.startswith("it") else "250 OK"
        assert refused(MailRefused) == "mail: the server refuses 1 of the policy's mail.to; the others were told"
        assert len(server.mailboxes.came) == 1
        server.mailboxes.to = lambda address: f"550 {address} is nobody"
        assert refused(MailRefused) == "mail: the server refuses all of the policy's mail.to (550)"
        server.mailboxes.to = lambda address: "450 greylisted"
        assert "does not take all of the policy's mail.to just now (450)" in refused(MailFailed)
        server.mailboxes.to = lambda address: "250 OK"
        server.mailboxes.taken = ["554 spam, said x@y.fi"]
        assert refused(MailRefused) == "mail: the server refuses what was asked (554)"
    assert "does not answer as it should" in refused(MailFailed)


def test_a_wrong_password(tmp_path: Path, connect: Any) -> None:
    with mail_server(tmp_path) as server:
        connect(server, password="wrong")
        assert refused(MailRefused) == "mail: the server refuses the login (535)"


def test_a_server_without_tls_gets_neither_login_nor_mail(tmp_path: Path, connect: Any) -> None:
    with mail_server(tmp_path, tls="none") as server:
        connect(server)
        assert "offers no TLS" in refused(MailRefused)
        connect(server, disable_ssl=False)
        assert "it does not speak TLS there" in refused(MailRefused)
    assert server.mailboxes.came == []


def test_without_tls_only_to_this_machine(tmp_path: Path, connect: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(tmp_path, tls="none") as server:
        connect(server, disable_tls=True)
        path = tmp_path / "secrets" / "connections.json"
        access = json.loads(path.read_text())
        access["mail"]["login"] = ""
        path.write_text(json.dumps(access))
        assert mail.send("a", "b")
        assert mail.probe().tls == "no TLS, on this machine"
        policy = yaml.safe_load((tmp_path / "policy.yaml").read_text())
        policy["allowed_hosts"] = ["mail.example"]
        (tmp_path / "policy.yaml").write_text(yaml.safe_dump(policy))
        connect(server, host="mail.example", disable_tls=True)
        assert "only TLS is used off this machine, nothing was sent" in refused(ConfigurationError)
        connect(server, host="127.0.0.1")
        assert "not among the policy's allowed_hosts, nothing was sent" in refused(ConfigurationError)
    assert len(server.mailboxes.came) == 1


@pytest.mark.parametrize(
    ("hosts", "known", "why"), [(("other.example",), True, "another host's"), (("localhost",), False, "not known")]
)
def test_a_certificate_that_does_not_verify(
    tmp_path: Path, connect: Any, hosts: tuple[str, ...], known: bool, why: str
) -> None:
    with mail_server(tmp_path, hosts=hosts, known=known) as server:
        connect(server)
        assert why in refused(MailRefused)
        connect(server, ca_file="/nowhere.pem")
        assert "extra.ca_file is not there" in refused(ConfigurationError)
    assert server.mailboxes.came == []


def refused(kind: type[RegistryError]) -> str:
    """What is said: one line without a mailbox, a password, or a cause."""
    with pytest.raises(kind) as failed:
        mail.send("a", "b")
    said = failed.value.message
    assert "@" not in said
    assert PASSWORD not in said
    assert "\n" not in said
    assert failed.value.__cause__ is None
    assert failed.value.__context__ is None
    assert type(failed.value) is kind
    return said


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ([], "mail.to"),
        (["matti@gmail.com"], "mail.to: number 1 is of none of addresses.own_domains"),
        (["it@te-toimisto.fi", "matti@evil-te-toimisto.fi"], "number 2 is of none"),
        (["it"], "mail.to.0"),
        (["it@te-toimisto.fi, matti@gmail.com"], "mail.to.0"),
    ],
)
def test_the_policy_names_staff_only(tmp_path: Path, to: list[str], said: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump({"extends": str(SANDBOX_POLICY), "mail": {"connection": "mail", "to": to}}))
    with pytest.raises(ConfigurationError) as refused:
        load_policy(path)
    assert said in refused.value.message
    assert "gmail" not in refused.value.message
