"""What the documents point at is there: links, paths, and the commands they tell a reader to type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from email_registry.cli.main import cli as registry
from sandbox.cli import main as sandbox
from tests.layout.sources import ROOT, short

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
TOP = "benchmarks|dags|docker|docs|include|local|plugins|sandbox|tests"
# A path of the repository; not `docs/runbooks/<name>.md`, nor a pattern.
PATH = re.compile(rf"(?<![\w/.$])(?:{TOP})/[\w./-]+(?![\w*<{{…])")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code_of(page: Path) -> Iterator[str]:
    """Each line of code blocks, and each inline code."""
    for block, inline in CODE.findall(text_of(page)):
        yield from (line.strip() for line in (block or inline).splitlines())


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text_of(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(text_of(page)):
        if "://" in link or link.startswith("mailto:"):
            continue
        file, _, anchor = link.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), link
        assert not anchor or anchor in anchors(there), link


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_paths_are_there(page: Path) -> None:
    found = {path for line in code_of(page) for path in PATH.findall(line)}
    # A page that tells how to add something names files that its reader makes.
    made = {f"{folder}/{name}" for name, folder in re.findall(r"a new file `([\w.]+)` in\s+`([\w/]+)`", text_of(page))}
    assert [path for path in sorted(found - made) if not (ROOT / path.rstrip(".")).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_commands_are_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    bare = "" if page.name == "CHANGELOG.md" else "|^registry"  # its table of renamed terms names the old commands
    for line in code_of(page):
        for word in re.findall(r"(?:^|\s)make ([a-z-]+)", line):
            assert word in targets, line
        for group, start in ((registry, rf"(?:\./registry{bare}) "), (sandbox, r"python -m sandbox ")):
            for arguments in re.findall(rf"(?:^|\s){start}([a-z-].*)", line):
                problem = unknown(group, arguments.split("#")[0].split())
                assert problem is None, f"{line}: {problem}"


def unknown(command: click.Command, words: list[str]) -> str | None:
    """The first word that the command does not know, or None."""
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.commands.get(words[0])
        if found is None:
            return words[0]
        command, words = found, words[1:]
    options = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
    given = (word.strip("[]…").split("=")[0] for word in words if word.lstrip("[").startswith("-"))
    return next((option for option in given if option not in options), None)


def test_a_command_that_is_not_there_is_found() -> None:
    assert unknown(registry, ["sync", "--target", "x"]) is None
    assert unknown(registry, ["sync", "--targets", "x"]) == "--targets"
    assert unknown(registry, ["forget"]) == "forget"
    assert unknown(sandbox, ["advance", "--nights", "2"]) is None
