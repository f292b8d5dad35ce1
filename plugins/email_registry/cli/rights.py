"""The group of the commands of persons' rights. The address comes from standard input, never as an argument."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from email_registry.cli import completion
from email_registry.cli.options import as_json, business_day, calendar_day, on_date, without_address
from email_registry.cli.output import keep_printed_result, print_progress, print_result
from email_registry.errors import ConfigurationError, Held

if TYPE_CHECKING:
    from email_registry.rights import Case, Request, Right, StoredData

F = TypeVar("F", bound=Callable[..., Any])
OFF_HELP = "An officer looked by hand: the address is not on that list. May be given again."
LANGUAGES = ("fi", "en")
AUDIENCES = ("all", "person", "company")


@click.group()
def rights() -> None:
    """What a person asks in a signed request. Give the address on standard input, in one line.

    Each request is a case of the office. It is due a month after it was received. The audit names the person by keyed
    hash.
    """


def of_a_case(command: F) -> F:
    """The options that every right has."""
    for option in reversed((
        click.option(
            "--case",
            "number",
            required=True,
            callback=without_address,
            shell_complete=completion.case_numbers,
            help="The office's case number.",
        ),
        click.option("--identity", required=True, callback=without_address, help="How the identity was checked."),
        click.option("--received", metavar="YYYY-MM-DD", help="When the request was received; today unless given."),
        click.option("--language", type=click.Choice(LANGUAGES), default="fi", show_default=True, help="The letter."),
        click.option("--letter", "path", metavar="FILE", help="Write the letter there, as a page; - shows it."),
        click.option("--later", is_flag=True, help="Only note that it came; give the same case later to do it."),
    )):  # fmt: skip
        command = option(command)
    return command


@rights.command()
@of_a_case
@on_date
@as_json
def access(json_: bool, on: str | None, **options: Any) -> None:
    """Show what is stored about the address: audiences, lists, since when, sources, retention, suppressions."""
    from email_registry import rights as persons_rights

    command = _RightsCommand("access", on, options)
    if command.note_only(json_):
        return
    case, data = persons_rights.read_access(command.request, command.on)
    command.print_answer(case, data, _data_lines(data), json_)


@rights.command()
@of_a_case
@click.option(
    "--remove", is_flag=True, help="Remove the old address at once; it comes back if a source still brings it."
)
@click.option("--off", "off", multiple=True, metavar="LIST", shell_complete=completion.list_names, help=OFF_HELP)
@on_date
@as_json
def rectify(json_: bool, on: str | None, remove: bool, off: tuple[str, ...], **options: Any) -> None:
    """Show where the address is corrected, and what the next night does. Give the old address."""
    from email_registry import rights as persons_rights

    command = _RightsCommand("rectify", on, options)
    if command.note_only(json_, relist=remove):
        return
    result = persons_rights.rectify(command.request, command.on, remove=remove)
    lines = [
        f"{audience}: correct it in {', '.join(systems)}; the night after brings the new form"
        for audience, systems in persons_rights.correct_in(result.case, result.before).items()
    ]
    if not lines:
        lines = ["no source brought it" if result.case.acted_on else "the address is not in the registry"]
    command.confirm(result.before, [*lines, *_delete_also_lines(result.case)] if remove else lines, off, json_)


@rights.command()
@of_a_case
@click.option("--relist", is_flag=True, help="The person chose to be listed again if a source brings the address.")
@click.option("--off", "off", multiple=True, metavar="LIST", shell_complete=completion.list_names, help=OFF_HELP)
@on_date
@as_json
def erase(json_: bool, on: str | None, relist: bool, off: tuple[str, ...], **options: Any) -> None:
    """Delete the address here and take it off every list, as a read-back confirms; suppress it unless --relist."""
    from email_registry import rights as persons_rights

    command = _RightsCommand("erase", on, options)
    if command.note_only(json_, relist=relist):
        return
    result = persons_rights.erase(command.request, command.on, relist=relist)
    command.confirm(result.before, [_deleted_line(result.case), *_delete_also_lines(result.case)], off, json_)


@rights.command("object")
@of_a_case
@click.option(
    "--audience", "scope", type=click.Choice(AUDIENCES), default="all", show_default=True, help="Whose bulletins."
)
@click.option("--off", "off", multiple=True, metavar="LIST", shell_complete=completion.list_names, help=OFF_HELP)
@on_date
@as_json
def object_(json_: bool, on: str | None, scope: str, off: tuple[str, ...], **options: Any) -> None:
    """Send the address no more bulletins, for both audiences unless the person says otherwise."""
    from email_registry import rights as persons_rights

    command = _RightsCommand("object", on, options)
    if command.note_only(json_, scope=scope):
        return
    result = persons_rights.object_(command.request, command.on, scope=scope)
    command.confirm(result.before, [_deleted_line(result.case)], off, json_)


@rights.command()
@of_a_case
@click.option(
    "--audience", "scope", type=click.Choice(AUDIENCES), default="all", show_default=True, help="Whose bulletins."
)
@on_date
@as_json
def withdraw(json_: bool, on: str | None, scope: str, **options: Any) -> None:
    """End what keeps the address off the lists. Answers and exports that are older do not count any more."""
    from email_registry import rights as persons_rights

    command = _RightsCommand("withdraw", on, options)
    if command.note_only(json_, scope=scope):
        return
    result = persons_rights.withdraw(command.request, command.on, scope=scope)
    reasons = sorted({each.reason for each in result.before.suppressions})
    ended = f"ended: {', '.join(reasons)}" if result.case.ended != 0 else "nothing keeps this address off the lists"
    lines = [
        f"{ended}; the next night lists the address if a source brings it",
        "if they are on Webropol's Do-Not-Contact list too, take it off there by hand, or it is sent nothing",
    ]
    command.print_answer(result.case, result.before, lines, json_)


class _RightsCommand:
    """A request with the options of its command, and how its answer is printed."""

    def __init__(self, right: Right, on: str | None, options: Mapping[str, Any]) -> None:
        from email_registry.audit import actor
        from email_registry.privacy import Address
        from email_registry.rights import Request

        self.on, self._right, self._options = business_day(on), right, options
        if "@" in (options["path"] or ""):
            raise ConfigurationError("--letter: an address has no place in a file's name")
        received = calendar_day(options["received"]) if options["received"] else self.on
        address = Address(_read_address())
        self.request: Request = Request(address, options["number"], options["identity"], received, actor())

    def note_only(self, json_: bool, **choices: Any) -> bool:
        """With --later, only note the request. Returns whether it did."""
        from email_registry import rights as persons_rights

        if self._options["later"]:
            case = persons_rights.note_request(self.request, self._right, self.on, **choices)
            print_result(_row(case), [f"case {case.number}: due on {case.due_on}"], json_=json_)
        return bool(self._options["later"])

    def confirm(self, before: StoredData, lines: list[str], off: tuple[str, ...], json_: bool) -> None:
        """Take the person off every list, and print the answer. Held when a list does not show it yet."""
        from email_registry import rights as persons_rights
        from email_registry.runs import this_process

        for line in lines:
            print_progress(line)
        case = persons_rights.find_case(self.request, self._right)
        unconfirmed = persons_rights.Unconfirmed()
        if case.state == persons_rights.CaseState.ACTED:
            print_progress("read the lists")
            unconfirmed = persons_rights.confirm(
                case.id, self.on, owner=this_process(), by=self.request.by, said_off=off
            )
            case = persons_rights.find_case(self.request, self._right)
        if case.state == persons_rights.CaseState.DONE:
            audience = persons_rights.kept_on_for(case, "en")
            list_lines = [f"{name}: not there ({how})" for name, how in case.confirmed_off.items()]
            list_lines += [f"{name}: stays there as one of the {audience}" for name in case.kept_on]
            self.print_answer(case, before, list_lines, json_)
            return
        print_result(_row(case) | {"waiting": dict(unconfirmed.why)}, list(unconfirmed.why.values()), json_=json_)
        keep_printed_result()
        raise Held(
            f"case {case.number} is due on {case.due_on} and not off every list yet: give the same command again, or "
            "wait for the daily run; the letter comes then",
            runbook="rights-case",
        )

    def print_answer(self, case: Case, data: StoredData, lines: list[str], json_: bool) -> None:
        """Print the answer, or the letter alone for `--letter -`. Write the letter to its file."""
        from email_registry.boundaries.files import write_private
        from email_registry.rights import render_letter

        path = self._options["path"]
        letter = render_letter(case, data, self._options["language"], self.on) if path else ""
        if path == "-":
            click.echo(letter)
            return
        if path:
            write_private(Path(path), letter)
        answer = [
            *lines,
            f"case {case.number}: {case.state}",
            *([f"letter: {path}; delete it once it is sent"] if path else []),
        ]
        print_result(_row(case) | {"stored": data.counts}, answer, json_=json_)


def _read_address() -> str:
    if sys.stdin.isatty():
        click.echo("The address: ", nl=False, err=True)
    return sys.stdin.readline().strip()


def _row(case: Case) -> dict[str, Any]:
    from email_registry.rights import case_row

    return case_row(case)


def _deleted_line(case: Case) -> str:
    return f"{case.deleted} rows of the registry deleted, and suppressed"


def _delete_also_lines(case: Case) -> list[str]:
    from email_registry.rights import delete_also_in

    return [
        f"{audience}: {' or '.join(systems)} brought it until it was deleted; it has to be deleted there too"
        for audience, systems in delete_also_in(case.right_used, case.brought).items()
    ]


def _data_lines(data: StoredData) -> list[str]:
    lines = [
        f"{each.audience}: since {each.since or '?'} at the latest, from {' or '.join(each.systems)}"
        + (f"; not brought since {each.unseen_since}, deleted on {each.deleted_on}" if each.unseen_since else "")
        for each in data.audiences
    ]
    lines += [f"{each.target}: {f'seen since {each.since}' if each.since else 'asked for'}" for each in data.targets]
    lines += [f"suppressed ({each.reason}, {each.scope}) since {each.recorded_on}" for each in data.suppressions]
    return lines or ["nothing is stored about the address"]
