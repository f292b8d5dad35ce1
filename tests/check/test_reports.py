"""The quality reports: whole without a network, without a value, and deletable by date."""

from __future__ import annotations

import re
import shutil
import stat
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from email_registry.check import Bounds, VolumeRange, judge_candidates, judge_staged, publish_reports
from email_registry.settings import environment
from tests.check.worlds import addresses, open_night, propose, stage

ODD = ["0401234567", "010190-912X", "Maija Meikäläinen", "010190-912x@yksi.sandbox-posti.fi"]


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return iter(range(900, 1000))


@pytest.fixture
def site(registry_env: dict[str, str], numbers: Iterator[int]) -> Path:
    """Three nights: one passed, one with a warning, one stopped before its candidates were judged."""
    url = registry_env["REGISTRY_ADMIN_URL"]
    for on, odd in (("2026-01-13", []), ("2026-01-14", ODD[3:]), ("2026-01-15", ODD)):
        night = open_night(url, next(numbers), on)
        stage(url, night, "ura_persons", [(email, "valid") for email in [*addresses(40), *odd]])
        verdicts = judge_staged(night, {"ura_persons": Bounds(VolumeRange(1, 100), 0.9, 0)})
        if all(verdict.passed for verdict in verdicts):
            propose(url, night, "person", addresses(40))
            judge_candidates(night, ["person"])
        publish_reports(night)
    return environment().reports


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


class Links(HTMLParser):
    """Whatever a page loads or leads to, and its scripts and policy."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.scripts = 0
        self.policy: str | None = None
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.scripts += tag == "script" or any(name.startswith("on") for name, _ in attrs)
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        self.found += [(tag, value) for name in ("src", "href", "data", "action") if (value := values.get(name))]


def test_every_judgement_has_a_page(site: Path) -> None:
    names = [path.relative_to(site).as_posix() for path in pages(site)]
    assert len(names) == 1 + 2 + 5
    known = re.compile(
        r"index\.html|expectations/(staged|candidates)\.html"
        r"|validations/2026-01-1[345]/night-\d+/(staged/ura_persons|candidates/person)\.html"
    )
    assert not [name for name in names if not known.fullmatch(name)]


def test_the_pages_load_nothing_from_anywhere_else(site: Path) -> None:
    for page in pages(site):
        links = Links(page)
        assert [link for link in links.found if urlsplit(link[1]).scheme not in ("", "data") or "//" in link[1]] == []
        assert links.scripts == 0
        assert links.policy is not None
        assert links.policy.startswith("default-src 'none'; style-src 'self' 'unsafe-inline'")
    assert not re.search(r"url\(|@import", (site / "static" / "reports.css").read_text(encoding="utf-8"))
    assert not [page for page in pages(site) if re.search(r"url\(|@import", page.read_text(encoding="utf-8"))]


def test_every_link_leads_to_a_file(site: Path) -> None:
    for page in pages(site):
        for _, link in Links(page).found:
            path = urlsplit(link).path
            assert link.startswith(("data:", "#")) or (page.parent / path).resolve().is_file(), f"{page.name}: {link}"


def test_no_value_is_in_the_reports(site: Path) -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*") if path.is_file())
    assert not [value for value in [*ODD, *addresses(40)] if value in told]


def test_the_index_says_what_happened(site: Path) -> None:
    index = (site / "index.html").read_text(encoding="utf-8")
    assert re.search(r"2026-01-15 · night \d+: stopped", index)
    assert "are not as expected, none may be." in index
    assert [index.count(f'class="chip chip-{state}" href=') for state in ("good", "warn", "stop")] == [3, 1, 1]
    assert index.count("not judged") == 1


def test_a_stopped_sources_page_puts_the_reason_first(site: Path) -> None:
    (page,) = site.glob("validations/2026-01-15/*/staged/ura_persons.html")
    rows = re.findall(r'<tr class="(\w+)">', page.read_text(encoding="utf-8"))
    assert rows == sorted(rows, key=["stop", "warn", "good"].index)
    assert rows[0] == "stop"


def test_parameters_are_shown_by_name(site: Path) -> None:
    suite = (site / "expectations" / "staged.html").read_text(encoding="utf-8")
    assert "volume_min" in suite
    assert "$" not in re.sub(r"\$</span>|\$\)|\|\$", "", suite.split("<body>")[1])


def test_the_reports_are_for_their_owner_alone(site: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in site.rglob("*") if path.is_file()} == {0o600}


def test_a_date_that_retention_deleted_is_gone_from_the_index(
    site: Path, registry_env: dict[str, str], numbers: Iterator[int]
) -> None:
    shutil.rmtree(site / "validations" / "2026-01-13")
    publish_reports(open_night(registry_env["REGISTRY_ADMIN_URL"], next(numbers), "2026-01-16"))
    index = (site / "index.html").read_text(encoding="utf-8")
    assert "2026-01-13" not in index
    assert "2026-01-14" in index


def test_a_year_of_nights_is_published_within_the_nights_time(
    site: Path, registry_env: dict[str, str], numbers: Iterator[int]
) -> None:
    (night,) = site.glob("validations/2026-01-14/night-*")
    for number in range(365):
        shutil.copytree(
            night, site / "validations" / f"2025-{1 + number // 31:02}-{1 + number % 28:02}" / f"night-{number}"
        )
    night_id = open_night(registry_env["REGISTRY_ADMIN_URL"], next(numbers), "2026-01-16")
    started = time.monotonic()
    publish_reports(night_id)
    assert time.monotonic() - started < 3
