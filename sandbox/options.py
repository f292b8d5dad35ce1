"""Options that several verbs of the command line have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sandbox.home import default_home

Command = TypeVar("Command", bound=Callable[..., Any])


def home_option(command: Command) -> Command:
    """`--home`, the folder of the world."""
    return click.option(
        "--home",
        type=click.Path(file_okay=False, path_type=Path),
        default=default_home,
        show_default="$REGISTRY_HOME/sandbox, else var/sandbox",
        help="The folder of the world.",
    )(command)
