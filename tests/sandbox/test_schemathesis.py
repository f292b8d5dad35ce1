"""The published contract of lists, attacked: what we test against must itself be sound.

Schemathesis sends what the contract allows and what it forbids to the served sandbox, and holds every answer against
the contract.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests
import schemathesis
from schemathesis.config import SchemathesisConfig

from sandbox.contract import CONTRACT_FILE
from sandbox.targets import LIST_IDS
from tests.sandbox.outside import SECONDS, Outside

pytestmark = pytest.mark.faults

EXAMPLES = 100  # of each operation, beside the cases of every bound and type
# Most attacks go to lists that are there: an unknown one is answered 404 at once.
CONFIG = {
    "dictionaries": {"lists": {"values": list(LIST_IDS.values())}},
    "parameters": {"path.list_id": {"dictionary": "lists", "probability": 0.8}},
    "generation": {"max-examples": EXAMPLES, "deterministic": True},
    "request-timeout": SECONDS,
}
contract = schemathesis.openapi.from_path(str(CONTRACT_FILE), config=SchemathesisConfig.from_dict(CONFIG))


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """A world of its own, with somebody on each list."""
    outside = Outside(tmp_path_factory.mktemp("attacked"))
    outside.run("create", "--addresses", "50", "--date", "2026-11-23")
    with outside.served():
        outside.bring_level()
        yield outside


@contract.parametrize()
def test_every_answer_is_as_published(case: schemathesis.Case, attacked: Outside) -> None:
    headers = {"Authorization": str(attacked.webropol.headers["Authorization"])}
    case.call_and_validate(attacked.endpoints["webropol"]["base"], headers=headers)


def test_what_was_attacked_is_what_is_served(attacked: Outside) -> None:
    served = requests.get(f"{attacked.endpoints['webropol']['base']}/lists/openapi.json", timeout=SECONDS)
    assert served.json() == json.loads(CONTRACT_FILE.read_text(encoding="utf-8"))
