"""The options and arguments that several commands share, and how a day and a reason are checked."""

from __future__ import annotations

from datetime import date

import click

from email_registry.cli import completion
from email_registry.errors import ConfigurationError


def _note_json(context: click.Context, _: click.Parameter, value: bool) -> bool:
    context.find_root().meta["json"] = value
    return value


def without_address(_: click.Context, option: click.Parameter, value: str) -> str:
    """Refuse a text with an address in it: reasons and case numbers go to the audit, which never holds an address."""
    if "@" in (value or ""):
        raise ConfigurationError(f"--{option.name} holds what looks like an address; give the reason without it")
    return value


as_json = click.option("--json", "json_", is_flag=True, callback=_note_json, help="Print the result as JSON.")
on_date = click.option(
    "--date", "on", metavar="YYYY-MM-DD", help="The local date that it is for; today in Helsinki unless given."
)
why = click.option("--why", required=True, callback=without_address, help="The reason, for the audit. No addresses.")
list_argument = click.argument("target", metavar="LIST", shell_complete=completion.list_names)
plan_argument = click.argument("plan_id", metavar="PLAN", type=int, shell_complete=completion.plan_ids)
source_argument = click.argument("source", shell_complete=completion.source_names)


def business_day(text: str | None) -> date:
    """The day of `--date`, or today in Helsinki. A day that the last nights make unlikely is refused."""
    from email_registry import runs

    try:
        return runs.day(text)
    except ValueError:
        pass
    raise _no_day()


def calendar_day(text: str | None) -> date:
    """The day of `--date`, or today in Helsinki, where nothing expires because of it."""
    from email_registry.settings import business_date

    try:
        return business_date(text)
    except ValueError:
        pass
    raise _no_day()


def _no_day() -> ConfigurationError:
    return ConfigurationError("--date must be a day that exists, as YYYY-MM-DD")
