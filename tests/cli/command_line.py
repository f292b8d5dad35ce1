"""The command line, called in this process."""

from __future__ import annotations

from click.testing import CliRunner, Result

from email_registry.cli.main import cli


def registry(*arguments: str) -> Result:
    """Run `./registry` with these arguments."""
    return CliRunner().invoke(cli, arguments)
