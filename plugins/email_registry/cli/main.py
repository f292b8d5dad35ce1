"""The command `registry`: its groups, its exit codes, and how it tells an error."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

import click

from email_registry.cli import list_stages, rights_cases
from email_registry.cli.audit import audit
from email_registry.cli.database import database
from email_registry.cli.doctor import doctor
from email_registry.cli.expire import expire
from email_registry.cli.history import history
from email_registry.cli.init import init
from email_registry.cli.keys import keys
from email_registry.cli.lists import lists
from email_registry.cli.night import night
from email_registry.cli.office import office
from email_registry.cli.plan import plan
from email_registry.cli.record import record
from email_registry.cli.rights import rights
from email_registry.cli.source import source
from email_registry.cli.status import status
from email_registry.cli.sync import sync
from email_registry.errors import RegistryError, unexpected

HELP = """The e-mail registry of an employment office's bulletins.

Every night the addresses that customers gave are read from the office's systems, checked and loaded. Then Webropol's
lists are made equal to the registry, and what has expired is deleted. Airflow does this by itself; these commands do
the same by hand. A new office starts with `registry init`.

\b
Exit codes
  0  done
  1  a fault of the software
  2  a mistake in the command, the policy or a connection; nothing was done
  3  held: a guard stopped it before any harm; a person decides (the message names the runbook)
  4  a source, Webropol or the database failed; run it again when it is back
  5  the same is running already
"""


class Registry(click.Group):
    """A group that tells our errors in one line on standard error, and as an object too with --json."""

    def invoke(self, ctx: click.Context) -> Any:
        failure: RegistryError
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except RegistryError as error:
            failure = error
        except Exception as error:
            failure = unexpected(error)
        return _fail(ctx, failure)


def _fail(context: click.Context, failure: RegistryError) -> NoReturn:
    if context.find_root().meta.get("json"):
        runbook = f"docs/runbooks/{failure.runbook}.md" if failure.runbook else None
        click.echo(json.dumps({"error": failure.message, "runbook": runbook, "exit_code": failure.exit_code}))
    click.echo(f"registry: {failure}", err=True)
    sys.exit(failure.exit_code)


def _print_version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from email_registry.settings.environment import version

        click.echo(f"registry, version {version()}")
        context.exit()


@click.group(
    cls=Registry, help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
def cli() -> None:
    pass


for command in (night, sync, expire, status, doctor, init):
    cli.add_command(command)
for group in (plan, lists, source, rights, keys, audit, record, database, history, office):
    cli.add_command(group)
for command in list_stages.COMMANDS:
    lists.add_command(command)
for command in rights_cases.COMMANDS:
    rights.add_command(command)
