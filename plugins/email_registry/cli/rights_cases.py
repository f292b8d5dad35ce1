"""The commands of cases: which are open, which is closed with nothing done; and the form by which a person asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from email_registry.cli.group import answer, answered, as_json, given_date, on_date, tell, why, without_address
from email_registry.cli.rights import rights
from email_registry.errors import ConfigurationError

if TYPE_CHECKING:
    from email_registry.rights import Right

RIGHTS = ("access", "rectify", "erase", "object", "withdraw")


@rights.command()
@click.option("--confirm", is_flag=True, help="See the persons of open cases off every list first.")
@on_date
@as_json
def due(json_: bool, on: str | None, confirm: bool) -> None:
    """Open cases, the first due first. Exit code 3 where one is due soon."""
    from email_registry import rights as acting
    from email_registry.runs import this_process

    day = given_date(on)
    if confirm:
        tell("read the lists of open cases")
        acting.confirm_all(day, owner=this_process())
    rows = acting.due(day)
    lines = [
        f"{row['case']}: {row['right']}, of {row['received_on']}, due on {row['due_on']} ({row['days_left']} days), "
        f"{'not off every list yet' if row['state'] == 'acted' else 'not done yet'}"
        for row in rows
    ]
    answer(rows, lines or ["no case is open"], json_=json_)
    answered()
    acting.hold_due(day)


@rights.command("close")
@click.option("--case", "number", callback=without_address, help="The office's case number; with --right.")
@click.option("--right", type=click.Choice(RIGHTS), help="What was asked for under that number.")
@click.option("--id", "case_id", type=int, help="Instead: its id, of `rights due --json`.")
@why
@as_json
def close(number: str | None, right: Right | None, case_id: int | None, why: str, json_: bool) -> None:
    """Close a case that was noted, with nothing done: address mistyped, identity not established, taken back."""
    from email_registry import rights as acting
    from email_registry.audit.events import actor

    if (case_id is None) != (number is not None and right is not None) or (case_id is not None and (number or right)):
        raise ConfigurationError("give --case with --right, or --id; one of them")
    closed, of = acting.close_undone(by=actor(), why=why, number=number or "", right=right, case_id=case_id)
    answer({"case": closed, "right": of}, [f"case {closed} ({of}): closed, nothing was done"], json_=json_)


@rights.command()
def form() -> None:
    """The request form in Finnish, as a page to print."""
    from email_registry.rights import form as request_form

    click.echo(request_form())
