"""The project's own Python files as syntax trees: what the rules of the house are read from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ("plugins", "dags", "local", "sandbox", "docker", "include")


def files(*folders: str, suffix: str = ".py") -> list[Path]:
    """The files below folders of the repository."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob(f"*{suffix}"))


def short(path: Path) -> str:
    """A path as a reader of the repository knows it."""
    return path.relative_to(ROOT).as_posix()


@lru_cache(maxsize=512)
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=short(path))


def strings(path: Path) -> Iterator[str]:
    """Every string of a file that is a value: docstrings, and other strings that stand alone, are left out."""
    alone = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def imported(path: Path) -> set[str]:
    """The first names of what a file imports, at its top or anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found
