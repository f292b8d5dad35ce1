"""Who was suppressed under an older key is kept out as long as that key is there; without it nothing is staged."""

from __future__ import annotations

import hmac
import json
import secrets
from datetime import date
from pathlib import Path

import pytest

from email_registry import suppression
from email_registry.boundaries.database import transaction
from email_registry.errors import ConfigurationError
from email_registry.privacy import AddressColumn
from email_registry.suppression import Reason
from email_registry.suppression.hashes import KeyedHash
from tests.registry_rows import run_sql

DAY = date(2026, 11, 23)
COLUMN = AddressColumn(["aino@posti.fi", None, "eero@posti.fi", "iida@posti.fi", "onni@posti.fi"])


def record(email: str, scope: str) -> None:
    with transaction("list_sync") as database:
        suppression.record(database, [email], scope, Reason.OBJECTION, DAY)


def held_out(audience: str) -> list[int]:
    with transaction("loader") as database:
        return suppression.load(database, [audience]).among(audience, COLUMN)


def test_rows_under_several_keys_are_found_in_the_audiences_they_are_for(registry_env: dict[str, str]) -> None:
    keys = Path(registry_env["REGISTRY_SECRETS"]) / "suppression_keys.json"
    record("aino@posti.fi", "all")
    keys.write_text(json.dumps({**json.loads(keys.read_text()), "2": secrets.token_hex(32)}))
    record("iida@posti.fi", "person")
    record("onni@posti.fi", "company")
    versions = "SELECT DISTINCT key_version FROM registry.suppression ORDER BY 1"
    assert run_sql(registry_env["REGISTRY_ADMIN_URL"], versions) == [(1,), (2,)]
    assert held_out("person") == [0, 3]
    assert held_out("company") == [0, 4]

    keys.write_text(json.dumps({"2": json.loads(keys.read_text())["2"]}))
    with pytest.raises(ConfigurationError, match="version 1 is missing"):
        held_out("person")


@pytest.mark.parametrize("size", [1, 32, 64, 65, 200])
def test_the_keyed_hash_is_hmac(size: int) -> None:
    key, keyed = secrets.token_bytes(size), KeyedHash(secrets.token_bytes(size))
    for text in (b"", b"aino@posti.fi", b"x" * 64, b"y" * 500):
        assert KeyedHash(key).digest(text) == hmac.digest(key, text, "sha256")
        assert keyed.digest(text) == keyed.digest(text) != KeyedHash(key).digest(text)
