"""A message that names a runbook names one that is there; a runbook that is there is named by some message."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from email_registry import boundaries, sync  # noqa: F401  what they raise is known once they are imported
from email_registry.errors import RegistryError
from tests.layout.sources import ROOT, files, strings, tree

FOLDER = ROOT / "docs" / "runbooks"
PAGES = sorted(FOLDER.glob("*.md"))
SECTIONS = (
    "## What you see",
    "## What it means for the people on the lists",
    "## What to check",
    "## What to do",
    "## How you know that it is over",
)


def named() -> Iterator[str]:
    """Every name given as `runbook=…`, or kept in a variable of that name."""
    for path in files("plugins", "local", "dags"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.keyword):
                targets: list[str | None] = [node.arg]
            elif isinstance(node, ast.Assign):
                targets = [getattr(target, "id", None) for target in node.targets]
            else:
                continue
            if "runbook" in (target.lower() for target in targets if target):
                yield from _names(node.value)


def _names(value: ast.expr) -> Iterator[str]:
    """The strings in it that are names, not parts of a path."""
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z]+)*", str(node.value)):
            yield str(node.value)


def test_every_runbook_of_a_message_has_its_page() -> None:
    assert set(named())
    assert set(named()) - {page.stem for page in PAGES} == set()


def kinds(kind: type[RegistryError] = RegistryError) -> Iterator[type[RegistryError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from kinds(below)


def test_no_alarm_is_without_a_page_and_its_text_ends_with_the_pages_name() -> None:
    found = [kind for kind in set(kinds()) if kind.__module__.startswith("email_registry")]
    assert len(found) > 6
    for kind in found:
        said = str(kind("somebody's list is held"))
        page = said.removeprefix("somebody's list is held (docs/runbooks/").removesuffix(".md)")
        assert page in {page.stem for page in PAGES}, kind


def test_every_page_is_named_by_a_message() -> None:
    texts = {text for path in files("plugins", "local", "dags") for text in strings(path)}
    assert [page.stem for page in PAGES if page.stem not in texts] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_answers_the_same_questions_in_the_same_order(page: Path) -> None:
    headings = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert tuple(headings) == SECTIONS
