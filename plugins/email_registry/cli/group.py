"""The command all others belong to: its exit codes, its options, how a result and an error are told."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NoReturn

import click

from email_registry.errors import ConfigurationError, RegistryError, unexpected

HELP = """The e-mail registry of an employment office's bulletins.

Every night: the addresses that customers gave are read from the office's systems, checked, loaded; then Webropol's
lists are made equal to the registry, and what has expired is deleted. Airflow does this by itself; these commands
do the same by hand. An office that begins starts with `registry init`.

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
    """Our errors as one line on standard error, with their exit code; with --json as an object as well."""

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


def _fail(ctx: click.Context, failure: RegistryError) -> NoReturn:
    if ctx.find_root().meta.get("json"):
        runbook = f"docs/runbooks/{failure.runbook}.md" if failure.runbook else None
        click.echo(json.dumps({"error": failure.message, "runbook": runbook, "exit_code": failure.exit_code}))
    click.echo(f"registry: {failure}", err=True)
    sys.exit(failure.exit_code)


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from email_registry.settings.environment import version

        click.echo(f"registry, version {version()}")
        ctx.exit()


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


def _as_json(ctx: click.Context, _: click.Parameter, value: bool) -> bool:
    ctx.find_root().meta["json"] = value
    return value


as_json = click.option("--json", "json_", is_flag=True, callback=_as_json, help="Print the result as JSON.")
on_date = click.option(
    "--date", "on", metavar="YYYY-MM-DD", help="The local date it is about; today in Helsinki unless given."
)


def given_date(text: str | None, *, believed: bool = True) -> date:
    """The day of `--date`, or today in Helsinki, `believed` where something is done on account of it."""
    from email_registry import runs
    from email_registry.settings import business_date

    try:
        return runs.day(text) if believed else business_date(text)
    except ValueError:
        pass
    raise ConfigurationError("--date must be a day that exists, as YYYY-MM-DD")


def without_address(_: click.Context, option: click.Parameter, value: str) -> str:
    """For reasons: they go to the audit, which never holds an address."""
    if "@" in (value or ""):
        raise ConfigurationError(f"--{option.name} holds what looks like an address; give the reason without it")
    return value


why = click.option("--why", required=True, callback=without_address, help="The reason, for the audit. No addresses.")


def tell(text: str) -> None:
    """A line of progress, on standard error: the result alone is on standard output."""
    click.echo(f"· {text}", err=True)


def answer(result: Any, lines: Iterable[str], *, json_: bool) -> None:
    """Print a result: as JSON, or in lines."""
    if json_:
        click.echo(json.dumps(result, ensure_ascii=False, default=str))
    else:
        for line in lines:
            click.echo(line)


def answered() -> None:
    """The result is on standard output already: an error that follows is told on standard error alone."""
    click.get_current_context().find_root().meta["json"] = False


def counted(name: str, counts: Mapping[str, Any]) -> str:
    """`name: 3 new, 1 gone`."""
    return f"{name}: " + ", ".join(f"{count} {word.replace('_', ' ')}" for word, count in counts.items())
