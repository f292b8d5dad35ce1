"""docs/commands.md is what the commands say of themselves."""

from __future__ import annotations

import click

from email_registry.cli.main import cli
from local.commands_page import COMMANDS_PAGE, commands_page


def test_the_page_of_the_commands_is_current() -> None:
    assert COMMANDS_PAGE.read_text(encoding="utf-8") == commands_page(), "run `make docs`"


def test_every_command_and_every_option_says_what_it_does() -> None:
    def silent(path: str, command: click.Command) -> list[str]:
        found = [] if command.help else [path]
        found += [
            f"{path} {each.opts[0]}" for each in command.params if isinstance(each, click.Option) and not each.help
        ]
        members = command.commands if isinstance(command, click.Group) else {}
        return found + [each for name, member in members.items() for each in silent(f"{path} {name}", member)]

    assert silent("registry", cli) == []
