"""The head is mailed where the policy has `mail`: once, and a server that is away stops no run."""

from __future__ import annotations

import email
import json
from collections.abc import Callable
from email.policy import default
from pathlib import Path

import pytest

from email_registry import audit
from email_registry.audit import head_mail
from email_registry.audit.verification import verify
from email_registry.boundaries.database import transaction
from email_registry.settings import utc_now
from tests.doctor.mail_server import MailServer, mail_server
from tests.expire.rules import use_policy
from tests.registry_rows import run_sql

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
HASTY = {"connect_seconds": 1, "read_seconds": 2, "attempts": 1, "longest_wait_seconds": 0.1}


@pytest.fixture
def connected(
    registry_env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[MailServer], None]:
    use_policy(tmp_path, monkeypatch, http=HASTY, mail={"connection": "mail", "to": ["tietosuoja@te-toimisto.fi"]})

    def write(server: MailServer) -> None:
        connections = {"mail": server.connection()}
        (Path(registry_env["REGISTRY_SECRETS"]) / "connections.json").write_text(json.dumps(connections))

    return write


def happened() -> None:
    with transaction("loader") as database:
        audit.append(database, "load", "person", {}, run_id=None, at=utc_now())
    audit.anchor()


def test_each_head_is_mailed_once_and_how_far_is_told(
    connected: Callable[[MailServer], None], registry_env: dict[str, str], tmp_path: Path
) -> None:
    with mail_server(tmp_path) as server:
        connected(server)
        happened()
        audit.anchor()
        happened()
    texts = [email.message_from_bytes(came, policy=default).get_content() for came in server.mailboxes.came]
    hashes = run_sql(registry_env["REGISTRY_ADMIN_URL"], "SELECT encode(hash, 'hex') FROM audit.event ORDER BY id")
    assert len(texts) == 2
    assert all(hash_ in text for text, (hash_,) in zip(texts, hashes, strict=True))
    assert verify().mailed_up_to == 2


def test_a_server_that_is_away_stops_nothing_and_is_asked_again_an_hour_later(
    connected: Callable[[MailServer], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tmp_path) as server:
        connected(server)
    for _ in range(2):
        happened()
    tries = (tmp_path / "audit" / "heads.jsonl").read_text().count("unmailed")
    assert (tries, verify().anchored_up_to, verify().mailed_up_to) == (1, 2, 0)
    monkeypatch.setattr(head_mail, "utc_now", lambda: utc_now() + head_mail.PAUSE)
    with mail_server(tmp_path) as again:
        connected(again)
        happened()
    assert verify().mailed_up_to == 3
