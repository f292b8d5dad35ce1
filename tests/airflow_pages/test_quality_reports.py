"""The quality reports behind Airflow's sign-in, in a real api-server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.airflow_pages.conftest import Airflow

pytestmark = pytest.mark.stack

PAGE = "/quality-reports/validations/2026-01-15/night-7/staged/ura_persons.html"


@pytest.fixture
def reports(airflow_pages: Airflow) -> Iterator[Path]:
    """Reports as `publish_reports` leaves them: pages, their stylesheet, and results that are not pages."""
    root = airflow_pages.home / "reports"
    for name, text in {
        "index.html": "<p>the index</p>",
        "static/reports.css": "body { margin: 0 }",
        "validations/2026-01-15/night-7/staged/ura_persons.html": "<p>a verdict</p>",
        "validations/2026-01-15/night-7/staged/ura_persons.json": "{}",
    }.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    yield root
    (root / "index.html").unlink()


@pytest.mark.parametrize("path", ["/quality-reports/", "/quality-reports/static/reports.css", PAGE])
@pytest.mark.parametrize(
    ("user", "code"), [(None, 401), ("visitor", 403), ("operator", 403), ("auditor", 200), ("admin", 200)]
)
def test_who_may_read(airflow_pages: Airflow, reports: Path, path: str, user: str | None, code: int) -> None:
    answer = airflow_pages.get(path, user)
    assert answer.status_code == code
    assert ("the index" in answer.text or "a verdict" in answer.text or "margin: 0" in answer.text) == (code == 200)


def test_a_forged_token_opens_nothing(airflow_pages: Airflow, reports: Path) -> None:
    header, payload, _ = airflow_pages.tokens["auditor"].split(".")
    forged = Airflow(airflow_pages.url, airflow_pages.home, {"forger": f"{header}.{payload}.AAAA"})
    assert forged.get("/quality-reports/", "forger").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "../secrets/airflow.json",
        "%2e%2e/secrets/airflow.json",
        "..%2fsecrets%2fairflow.json",
        "static/../../secrets/airflow.json",
        "static/..%2f..%2fsecrets%2fairflow.json",
        "..%5csecrets%5cairflow.json",
        "/etc/hostname",
        "%2fetc%2fhostname",
        "validations/2026-01-15/night-7/staged/ura_persons.json",
        "validations",
        "nothing.html",
        "index.html%00.css",
        "n" * 300 + ".html",
    ],
)
def test_nothing_but_pages_and_nothing_outside(airflow_pages: Airflow, reports: Path, path: str) -> None:
    answer = airflow_pages.get(f"/quality-reports/{path}", "auditor")
    assert answer.status_code == 404
    assert "fernet_key" not in answer.text


def test_a_link_out_of_the_folder_is_not_followed(airflow_pages: Airflow, reports: Path) -> None:
    outside = airflow_pages.home / "outside.html"
    outside.write_text("outside", encoding="utf-8")
    link = reports / "link.html"
    link.symlink_to(outside)
    try:
        assert airflow_pages.get("/quality-reports/link.html", "auditor").status_code == 404
    finally:
        link.unlink()


@pytest.mark.parametrize(("user", "path"), [("auditor", ""), ("auditor", "nothing.html"), ("visitor", ""), (None, "")])
def test_every_answer_has_the_headers(airflow_pages: Airflow, reports: Path, user: str | None, path: str) -> None:
    headers = airflow_pages.get(f"/quality-reports/{path}", user).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_without_a_report_there_is_a_sentence(airflow_pages: Airflow) -> None:
    answer = airflow_pages.get("/quality-reports/", "auditor")
    assert answer.status_code == 200
    assert "No report yet" in answer.text


def test_the_reports_stand_in_airflows_menu(airflow_pages: Airflow) -> None:
    (plugin,) = airflow_pages.get("/api/v2/plugins", "auditor").json()["plugins"]
    view, *_ = plugin["external_views"]
    assert (view["name"], view["category"], view["destination"]) == ("Quality reports", "browse", "nav")
    assert airflow_pages.get(view["href"], "auditor").status_code == 200
    assert airflow_pages.get("/api/v2/plugins/importErrors", "admin").json()["total_entries"] == 0


def test_the_auditor_sees_the_reports_and_no_dags(airflow_pages: Airflow) -> None:
    assert airflow_pages.get("/api/v2/dags", "auditor").status_code == 403
    assert airflow_pages.get("/api/v2/connections", "auditor").status_code == 403
