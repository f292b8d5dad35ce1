"""How a command tells its result on standard output and its progress on standard error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click


def print_progress(text: str) -> None:
    """Print a line of progress on standard error. Standard output holds the result alone."""
    click.echo(f"· {text}", err=True)


def print_result(result: Any, lines: Iterable[str], *, json_: bool) -> None:
    """Print a result, as JSON or in lines."""
    if json_:
        click.echo(json.dumps(result, ensure_ascii=False, default=str))
    else:
        for line in lines:
            click.echo(line)


def keep_printed_result() -> None:
    """The result is on standard output already: an error that follows is told on standard error alone."""
    click.get_current_context().find_root().meta["json"] = False


def format_counts(name: str, counts: Mapping[str, Any]) -> str:
    """`name: 3 new, 1 absent`."""
    return f"{name}: " + ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in counts.items())
