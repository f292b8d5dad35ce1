"""Clients of Dataverse and OData that nobody here wrote read the whole of the sandbox's KasvuCRM."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

import pytest
import requests
from azure.core.credentials import AccessToken
from PowerPlatform.Dataverse.client import DataverseClient

from tests.sandbox.outside import SECONDS, Outside

SETS = {"accounts": "accountid", "contacts": "contactid"}


class Credential:
    """Client credentials, as azure-identity gives them: its own class asks the real tenant only."""

    def __init__(self, outside: Outside) -> None:
        self._known = outside.endpoints["kasvucrm"]
        self._ca_file = outside.endpoints["ca_file"]

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._known["client_id"],
            "client_secret": self._known["client_secret"],
            "scope": scopes[0],
        }
        answer = requests.post(self._known["tls_token_url"], data=form, verify=self._ca_file, timeout=SECONDS).json()
        return AccessToken(answer["access_token"], int(time.time()) + answer["expires_in"])


def kept(outside: Outside) -> dict[str, set[str]]:
    """The keys of all rows, from the sandbox's own file."""
    with sqlite3.connect(outside.home / "world.sqlite") as db:
        rows = db.execute("SELECT entity || 's', id FROM crm_row").fetchall()
    return {name: {key for entity, key in rows if entity == name} for name in SETS}


def test_microsofts_client_reads_every_row(served: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", served.endpoints["ca_file"])
    found: dict[str, set[str]] = {}
    with DataverseClient(served.endpoints["kasvucrm"]["tls_environment"], Credential(served)) as client:
        for name, key in SETS.items():
            pages = client.records.list_pages(name.removesuffix("s"), select=[key, "emailaddress1"], page_size=500)
            rows = [row for page in pages for row in page]
            found[name] = {row[key] for row in rows}
            assert len(rows) == len(found[name])
    assert found == kept(served)
    assert len(found["contacts"]) > 5_000  # more than a page, and more than a count may say


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_client_for_any_odata_service_reads_every_row(served: Outside) -> None:
    from odata import ODataService

    service = ODataService(
        served.endpoints["kasvucrm"]["environment"] + "/api/data/v9.2/", session=served.crm, reflect_entities=True
    )
    for name, keys in kept(served).items():
        rows = list(service.query(service.entities[name]))
        assert {getattr(row, SETS[name]) for row in rows} == keys
