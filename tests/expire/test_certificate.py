"""A deletion's certificate: the same facts as JSON and as a page in both languages, and its digest in the audit."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from email_registry import expire
from email_registry.settings import policy
from tests.expire.clocks import Clock
from tests.registry_rows import make_absent, register, run_sql

TODAY = date(2026, 11, 23)
DUE = TODAY + timedelta(days=30)  # 23 December, winter time
PEOPLE = [f"henkilo{n}@sandbox-posti.fi" for n in range(10)]


class Page(HTMLParser):
    """The elements that a page loads from elsewhere, and its languages."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.languages: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.loads += (
            [tag] if tag in ("script", "link", "img", "iframe") or "src" in attributes or "href" in attributes else []
        )
        self.languages += [attributes["lang"] or ""] if "lang" in attributes else []


@pytest.mark.promise("retention", "backups")
def test_a_certificate_says_how_many_by_which_rule_from_where_when_and_until_when_copies_last(
    registry_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin_url = registry_env["REGISTRY_ADMIN_URL"]
    Clock(monkeypatch).set(DUE)
    register(admin_url, "person", PEOPLE)
    make_absent(admin_url, PEOPLE[:2], TODAY)
    run_sql(
        admin_url,
        "INSERT INTO registry.unseen SELECT id, %s, NULL FROM registry.address WHERE email = %s",
        DUE - timedelta(days=90), PEOPLE[2],
    )  # fmt: skip
    expire.expire("person", DUE, owner="test")
    folder = Path(registry_env["REGISTRY_HOME"]) / "certificates"
    (file,), (page,) = folder.glob("*.json"), folder.glob("*.html")
    text, html = file.read_text(encoding="utf-8"), page.read_text(encoding="utf-8")

    facts = json.loads(text)
    assert (facts["deleted"], facts["by_rule"]) == (3, {"absent": 2, "unseen": 1})
    assert facts["rule"] == {"absent_days": 30, "unseen_days": 90}
    assert facts["policy_digest"] == policy().digest
    assert set(facts["off_lists_before"]) == {"henkiloasiakkaat", "kaikki_asiakkaat"}
    assert facts["deleted_at"] == facts["rewritten_at"] == "2026-12-23T02:30:00+00:00"
    assert facts["residues_until"] == {"webropol_backups": "2027-01-23", "database_backups": "2027-01-27"}
    assert facts["approved"] is None

    digest = hashlib.sha256(text.encode()).hexdigest()
    ((counts,),) = run_sql(admin_url, "SELECT counts FROM audit.event WHERE action = 'certify'")
    assert counts == {"deleted": 3, "certificate": file.name, "sha256": digest}
    for text_part in (
        digest,
        "Poistotodistus",
        "Certificate of deletion",
        "27.1.2027",
        "2027-01-27",
        "2026-12-23 04:30",
    ):
        assert text_part in html
    assert Page(html).loads == []
    assert Page(html).languages == ["fi", "en"]
    assert "@sandbox" not in text + html
    assert {path.stat().st_mode & 0o777 for path in (file, page)} == {0o600}
