"""The commands of the group `rights` for cases, and the form by which a person asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from email_registry.cli import completion
from email_registry.cli.options import as_json, business_day, on_date, why, without_address
from email_registry.cli.output import keep_printed_result, print_progress, print_result
from email_registry.errors import ConfigurationError

if TYPE_CHECKING:
    from email_registry.rights import Right

RIGHTS = ("access", "rectify", "erase", "object", "withdraw")


@click.command()
@click.option("--confirm", is_flag=True, help="First see that the persons of open cases are off every list.")
@on_date
@as_json
def due(json_: bool, on: str | None, confirm: bool) -> None:
    """List the open cases by their due day. Exit code 3 when one is due soon."""
    from email_registry import rights
    from email_registry.runs import this_process

    day = business_day(on)
    if confirm:
        print_progress("read the lists of open cases")
        rights.confirm_all(day, owner=this_process())
    rows = rights.open_cases(day)
    lines = [
        f"{row['case']}: {row['right']}, of {row['received_on']}, due on {row['due_on']} ({row['days_left']} days), "
        f"{'not off every list yet' if row['state'] == rights.CaseState.ACTED else 'not done yet'}"
        for row in rows
    ]
    print_result(rows, lines or ["no case is open"], json_=json_)
    keep_printed_result()
    rights.require_none_due(day)


@click.command()
@click.option(
    "--case",
    "number",
    callback=without_address,
    shell_complete=completion.case_numbers,
    help="The office's case number; with --right.",
)
@click.option("--right", type=click.Choice(RIGHTS), help="What was asked for under that number.")
@click.option(
    "--id",
    "case_id",
    type=int,
    shell_complete=completion.case_ids,
    help="Instead of both: its id, as `rights due --json` shows it.",
)
@why
@as_json
def dismiss(number: str | None, right: Right | None, case_id: int | None, why: str, json_: bool) -> None:
    """Dismiss a case that was only noted: nothing is done.

    The address was mistyped, the identity was not established, or the person took the request back.
    """
    from email_registry import rights
    from email_registry.audit import actor

    if (case_id is None) != (number is not None and right is not None) or (case_id is not None and (number or right)):
        raise ConfigurationError("give --case with --right, or --id; one of them")
    case, of_right = rights.dismiss(by=actor(), why=why, number=number or "", right=right, case_id=case_id)
    lines = [f"case {case} ({of_right}): dismissed, nothing was done"]
    print_result({"case": case, "right": of_right}, lines, json_=json_)


@click.command()
def form() -> None:
    """Print the request form in Finnish, as a page."""
    from email_registry.rights import render_form

    click.echo(render_form())


COMMANDS = (due, dismiss, form)
