"""The page that tells whether a list may be sent from, in a real api-server."""

from __future__ import annotations

import pytest

from tests.airflow_pages.conftest import Airflow
from tests.registry_rows import run_sql

pytestmark = pytest.mark.stack

RUN = """
INSERT INTO operations.run (kind, subject, owner, state, business_date, started_at, heartbeat_at, ended_at,
                            policy_digest, counts)
VALUES (%s, %s, 'test', 'done', %s, now(), now(), now(), '', %s)
"""


@pytest.mark.parametrize(("user", "code"), [(None, 401), ("visitor", 403), ("auditor", 403), ("officer", 200)])
def test_who_may_read(airflow_pages: Airflow, user: str | None, code: int) -> None:
    answer = airflow_pages.get("/bulletin-lists/", user)
    assert answer.status_code == code
    assert ("Saako lähettää?" in answer.text) == (code == 200)


def test_it_answers_list_by_list_in_both_languages(airflow_pages: Airflow) -> None:
    run_sql(airflow_pages.admin_url, RUN, "night", "registry", "2026-01-15", "{}")
    equal = '{"verified": 1, "listed": 12345}'
    run_sql(airflow_pages.admin_url, RUN, "sync", "henkiloasiakkaat", "2026-01-15", equal)
    answer = airflow_pages.get("/bulletin-lists/", "officer")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("<strong>Kyllä</strong>") == 1
    assert answer.text.count("<strong>Ei vielä</strong>") == 2
    assert "Listalla 12\u202f345 vastaanottajaa" in answer.text
    assert "Lista luettiin 15.1.2026, ja se vastaa rekisteriä." in answer.text
    english = airflow_pages.get("/bulletin-lists/?language=en", "officer").text
    assert "The list was read on 2026-01-15" in english
    assert airflow_pages.get("/bulletin-lists/?language=xx", "officer").status_code == 422


def test_it_stands_in_airflows_menu(airflow_pages: Airflow) -> None:
    (plugin,) = airflow_pages.get("/api/v2/plugins", "officer").json()["plugins"]
    assert "May I send?" in [view["name"].split(" · ")[-1] for view in plugin["external_views"]]
