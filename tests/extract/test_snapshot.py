"""A snapshot of KasvuCRM that is not whole says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from email_registry.errors import ConfigurationError
from email_registry.extract.odata import ODataReading
from tests.extract.ways import (
    CRM,
    connections_of,
    refused,
)
from tests.offices import Office

Page = dict[str, Any]


def fault(monkeypatch: pytest.MonkeyPatch, change: Callable[[int, Page], Page]) -> None:
    """Change the pages as they come, counted from 1."""
    whole, number = ODataReading._page, iter(range(1, 10_000))

    def changed(self: ODataReading, url: str, query: dict[str, str] | None) -> Page:
        return change(next(number), whole(self, url, query))

    monkeypatch.setattr(ODataReading, "_page", changed)


def first_row_again(number: int, page: Page) -> Page:
    return {**page, "value": [*page["value"], page["value"][0]]} if number == 1 else page


def one_short(number: int, page: Page) -> Page:
    return {**page, "value": page["value"][1:]} if number == 1 else page


def without_email(number: int, page: Page) -> Page:
    rows = [{key: value for key, value in row.items() if key != "emailaddress1"} for row in page["value"]]
    return {**page, "value": rows}


def with_a_name(number: int, page: Page) -> Page:
    return {**page, "value": [{**row, "fullname": "matti@sandbox-posti.fi"} for row in page["value"]]}


def next_is_this(number: int, page: Page) -> Page:
    return {**page, "@odata.nextLink": "/api/data/v9.2/accounts"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (first_row_again, "a row came twice"),
        (one_short, "were declared"),
        (without_email, "a row lacks an agreed column"),
        (with_a_name, "a column came that was not agreed"),
        (next_is_this, "the chain of pages goes round"),
    ],
)
def test_a_snapshot_that_is_not_whole(
    admin_url: str, monkeypatch: pytest.MonkeyPatch, change: Callable[[int, Page], Page], said: str
) -> None:
    fault(monkeypatch, change)
    assert said in refused(admin_url, source=CRM)


@pytest.mark.parametrize("rows", [None, 7, ["matti@sandbox-posti.fi"], [{"accountid": 7, "emailaddress1": ""}]])
def test_a_page_that_is_none(admin_url: str, monkeypatch: pytest.MonkeyPatch, rows: Any) -> None:
    from email_registry.boundaries.web import Door

    whole = Door.get

    def get(self: Door, url: str, **options: Any) -> Any:
        return {**whole(self, url, **options), "value": rows}

    monkeypatch.setattr(Door, "get", get)
    said = refused(admin_url, source=CRM)
    assert "not a page of rows" in said or "lacks an agreed column" in said


def test_a_link_to_another_host_is_sent_nothing(admin_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch, lambda number, page: {**page, "@odata.nextLink": "https://elsewhere.example/next"})
    assert "not among the policy's allowed_hosts" in refused(admin_url, source=CRM, error=ConfigurationError)


def test_a_login_that_is_refused(admin_url: str, world: Office, tmp_path: Path) -> None:
    connections = connections_of(world)
    connections["kasvucrm"] |= {"password": "salasana"}
    (tmp_path / "secrets" / "connections.json").write_text(json.dumps(connections))
    assert "salasana" not in refused(admin_url, source=CRM)
