"""The group of the commands of lists; and those about sending, sheets and unsubscribes."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json, business_day, calendar_day, list_argument, on_date, why
from email_registry.cli.output import format_counts, print_result


@click.group("list")
def lists() -> None:
    """The lists at Webropol: their stages, and what a person says or decides about one."""


@lists.command()
@list_argument
@click.option("--until", required=True, metavar="YYYY-MM-DD", help="The last day of the freeze.")
@why
@on_date
@as_json
def freeze(target: str, until: str, why: str, on: str | None, json_: bool) -> None:
    """Let a LIST stand still for additions while a bulletin is being sent from it.

    Objections and departures still go out. After the last day, or `registry list thaw`, the next sync adds those who
    waited.
    """
    from email_registry import lists as list_state
    from email_registry.audit import actor

    last = business_day(until)
    list_state.freeze(target, calendar_day(on), last, by=actor(), why=why)
    result = {"target": target, "frozen": True, "until": last}
    print_result(result, [f"{target}: nobody is added up to {last}"], json_=json_)


@lists.command()
@list_argument
@why
@as_json
def thaw(target: str, why: str, json_: bool) -> None:
    """End the freeze of a LIST now: the next sync adds those who waited."""
    from email_registry import lists as list_state
    from email_registry.audit import actor

    list_state.thaw(target, by=actor(), why=why)
    lines = [f"{target}: additions go on with the next sync"]
    print_result({"target": target, "frozen": False}, lines, json_=json_)


@lists.command()
@list_argument
@as_json
def imported(target: str, json_: bool) -> None:
    """Say that all sheets of a LIST were imported at Webropol just now.

    They are deleted here. Then put an export of the list into the list's folder `in`: only an export shows the result.
    """
    from email_registry import deliveries
    from email_registry.audit import actor

    counts = deliveries.mark_imported(target, by=actor())
    print_result({"target": target, **counts}, [format_counts(f"{target}: imported", counts)], json_=json_)


@lists.command("withdraw-sheets")
@list_argument
@as_json
def withdraw_sheets(target: str, json_: bool) -> None:
    """Say that the sheets of a LIST were not imported and will not be: they are deleted here."""
    from email_registry import deliveries
    from email_registry.audit import actor

    counts = deliveries.withdraw_sheets(target, by=actor())
    print_result({"target": target, **counts}, [format_counts(f"{target}: withdrawn", counts)], json_=json_)


@lists.command()
@list_argument
@why
@as_json
def emptied(target: str, why: str, json_: bool) -> None:
    """Say that a LIST was emptied at Webropol (its survey was reset): nobody left, and the next sync fills it again."""
    from email_registry import deliveries
    from email_registry.audit import actor

    deliveries.note_emptied(target, by=actor(), why=why)
    print_result({"target": target}, [f"{target}: the next sync fills it again"], json_=json_)


@lists.command("read-unsubscribes")
@click.option("--accept", metavar="DIGEST", help="Read this export although it names so many; the message gave it.")
@on_date
@as_json
def read_unsubscribes(accept: str | None, on: str | None, json_: bool) -> None:
    """Suppress everybody who unsubscribed at Webropol: in the survey, or in an export in the folder of unsubscribes.

    The exports are `do-not-contact*.xlsx` or `.csv`, and `invalid*`. Each is deleted once it was read.
    """
    from email_registry import unsubscribes
    from email_registry.runs import this_process

    counts = unsubscribes.read_unsubscribes(business_day(on), owner=this_process(), accept=accept)
    print_result(counts, [format_counts("unsubscribes", counts)], json_=json_)
