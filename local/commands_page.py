"""docs/commands.md: every command of `./registry`, as its own help tells it. `make docs` writes it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import click

from email_registry.cli.main import cli
from local.world_paths import ROOT

COMMANDS_PAGE = ROOT / "docs" / "commands.md"
HEADER = """# The command line

Every command of `./registry`, as `--help` shows it. `make docs` writes this page from the commands; a test holds the
two together. How the commands fit into a day is in [the engineer's guide](engineers-guide.md).
"""
COMPLETION = """## Shell completion

The shell completes commands, options, and the ids and names of plans, lists, cases and sources. Switch it on for bash
with

```
eval "$(_REGISTRY_COMPLETE=bash_source ./registry)"
```

For zsh it is `zsh_source`, and for fish `fish_source`. When the database does not answer, no id is offered.
"""
EVERYWHERE = ("json_", "on")
SHARED = """Every command has `--help`. Most have `--json`, which prints the result as JSON, and an error as one with
`error`, `runbook` and `exit_code`. A command that is for a day has `--date YYYY-MM-DD`; the default is today in
Helsinki. The tables below leave these options out.
"""


def commands_page() -> str:
    """The text of the page."""
    parts = [HEADER, _paragraphs(cli.help or ""), SHARED, _overview(), COMPLETION]
    for name, command in cli.commands.items():
        parts += _section((name,), command)
    return "\n".join(part.strip() + "\n" for part in parts)


def _section(path: tuple[str, ...], command: click.Command) -> Iterator[str]:
    level = "##" if len(path) == 1 else "###"
    if isinstance(command, click.Group):
        yield f"{level} {' '.join(path)}\n\n{_paragraphs(command.help or '')}"
        for name, member in command.commands.items():
            yield from _section((*path, name), member)
        return
    arguments = [each.make_metavar(_context(command)) for each in command.params if isinstance(each, click.Argument)]
    usage = " ".join(["./registry", *path, *arguments])
    yield f"{level} {' '.join(path)}\n\n```\n{usage}\n```\n\n{_paragraphs(command.help or '')}\n{_options(command)}"


def _overview() -> str:
    rows = [
        f"| [`{' '.join(path)}`](#{'-'.join(path)}) | {_first_sentence(command)} |"
        for path, command in _leaves((), cli)
    ]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def _leaves(path: tuple[str, ...], group: click.Group) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _leaves((*path, name), command)
        else:
            yield (*path, name), command


def _first_sentence(command: click.Command) -> str:
    first = " ".join((command.help or "").split("\n\n")[0].split())
    return _cell(re.split(r"(?<=[.]) (?=[A-Z])", first)[0])


def _options(command: click.Command) -> str:
    rows = [
        f"| `{_name(option)}` | {_cell(option.help or '')}{_extra(option)} |"
        for option in command.params
        if isinstance(option, click.Option) and option.name not in EVERYWHERE
    ]
    return "\n".join(["| option | meaning |", "|---|---|", *rows]) if rows else ""


def _name(option: click.Option) -> str:
    if option.is_flag:
        return option.opts[0]
    if isinstance(option.type, click.Choice):
        return f"{option.opts[0]} {'/'.join(option.type.choices)}"
    return f"{option.opts[0]} {option.metavar or (option.name or '').upper()}"


def _extra(option: click.Option) -> str:
    required = " Required." if option.required else ""
    return required + (f" Default: `{option.default}`." if option.show_default else "")


def _context(command: click.Command) -> click.Context:
    return click.Context(command, info_name=command.name)


def _paragraphs(text: str) -> str:
    """A help text as Markdown: paragraphs, and what click prints line by line as a block."""
    paragraphs = []
    for paragraph in text.strip().split("\n\n"):
        head, mark, block = paragraph.partition("\b\n")
        if mark:
            paragraphs.append(f"{head}```\n{block.strip()}\n```")
        else:
            paragraphs.append(textwrap.fill(" ".join(paragraph.split()), 120, break_on_hyphens=False))
    return "\n\n".join(paragraphs) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    COMMANDS_PAGE.write_text(commands_page(), encoding="utf-8")
    click.echo(f"written: {COMMANDS_PAGE.relative_to(ROOT)}")
