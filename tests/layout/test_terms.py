"""No old term of CHANGELOG's table "Renamed terms" is left in the repository. The table is the input of this test."""

from __future__ import annotations

import re
import subprocess
from functools import cache

import pytest

from tests.layout.sources import ROOT

CHANGELOG = ROOT / "CHANGELOG.md"
CELL = re.compile(r"`([^`]+)`")
# Written by a person, so that an old word can be found; or not text.
LEFT_OUT = {"CHANGELOG.md", "requirements.txt"}


def old_terms() -> list[str]:
    """Every literal between backticks in the first column of the tables below "Renamed terms"."""
    section = CHANGELOG.read_text(encoding="utf-8").split("\n## Renamed terms\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| ")]
    return [term for cell in rows for term in CELL.findall(cell)]


@cache
def texts() -> dict[str, str]:
    """The text of every file that git keeps."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    found = {}
    for name in set(listed.split("\0")) - LEFT_OUT - {""}:
        path = ROOT / name
        if path.is_file() and path.suffix != ".png":
            found[name] = path.read_text(encoding="utf-8")
    return found


def whole(term: str) -> re.Pattern[str]:
    """The term as it is written, and not as a part of a longer word. A module is searched for by its path as well."""
    spelled = re.escape(term)
    if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", term) and term.split(".")[0] in MODULES:
        spelled = rf"(?:{spelled}|{re.escape(term.replace('.', '/'))})"
    before = r"(?<![\w-])" if re.match(r"\w", term) else ""
    after = r"(?![\w-])" if re.search(r"\w$", term) else ""
    return re.compile(before + spelled + after)


MODULES = {"email_registry", "registry_airflow", "chaos", "local", "benchmarks"}


def test_the_table_has_terms() -> None:
    assert len(old_terms()) > 100


@pytest.mark.parametrize("term", old_terms())
def test_an_old_term_is_used_nowhere(term: str) -> None:
    pattern = whole(term)
    places = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
        for name, text in texts().items()
        if (match := pattern.search(text))
    ]
    assert places == []
