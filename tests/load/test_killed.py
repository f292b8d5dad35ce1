"""A load whose connection dies at any of its statements leaves last night's registry, and can be done again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from email_registry import night
from email_registry.boundaries import database
from email_registry.errors import DatabaseFailed
from email_registry.settings import policy
from tests.offices import Office
from tests.registry_rows import addresses, run_sql
from tests.steps import up_to_check

STATEMENTS = ("load/returns", "load/unseen", "load/inserts", "load/absences", "audit/append", "runs/end")
STATE = {
    "addresses": "SELECT id, audience, md5(email) FROM registry.address ORDER BY id",
    "unseen": "SELECT * FROM registry.unseen ORDER BY 1",
    "loads": "SELECT subject, counts FROM operations.run WHERE kind = 'load' AND state = 'done' ORDER BY id",
    "events": "SELECT id, action FROM audit.event ORDER BY id",
}


def state(admin_url: str) -> dict[str, list[tuple[Any, ...]]]:
    return {name: run_sql(admin_url, query) for name, query in STATE.items()}


def test_killed_at_any_statement_it_leaves_last_nights_registry_and_a_second_try_makes_tonights(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_url = office.environment["REGISTRY_ADMIN_URL"]
    first = up_to_check(date.fromisoformat(office.date), "one")
    for audience in policy().audiences:
        night.load(first, audience)
    night.close_night(first)

    office.advance()
    second = up_to_check(date.fromisoformat(office.date), "two")
    before, ours = state(admin_url), database.statement
    for dies_at in STATEMENTS:
        reached = []

        def statement(name: str, dies_at: str = dies_at, reached: list[str] = reached) -> str:
            if name == dies_at and not reached:
                reached.append(name)
                return "SELECT pg_terminate_backend(pg_backend_pid())"
            return ours(name)

        with monkeypatch.context() as patch:
            patch.setattr(database, "statement", statement)
            with pytest.raises(DatabaseFailed):
                night.load(second, "company")
        assert reached == [dies_at]
        assert state(admin_url) == before

    done = night.load(second, "company")
    assert done["new"] > 0
    assert done["absent"] > 0
    assert len(addresses(admin_url, "company")) == sum(row[1] == "company" for row in before["addresses"]) + done["new"]
    loaded = state(admin_url)
    again = night.load(second, "company")
    assert (again["new"], again["absent"], again["returned"], again["unseen"]) == (0, 0, 0, 0)
    assert again["unchanged"] == done["unchanged"] + done["new"] + done["returned"]
    assert [state(admin_url)[name] for name in ("addresses", "unseen")] == [loaded["addresses"], loaded["unseen"]]
