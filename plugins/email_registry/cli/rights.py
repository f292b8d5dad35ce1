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
    from email_registry.rights import Case, Holding, Request, Right

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
def access(json_: bool, on: str | None, **given: Any) -> None:
    """Tell what is held of the address: audiences, lists, since when, sources, retention, suppressions."""
    from email_registry import rights as acting

    asked = _Asked("access", on, given)
    if asked.later(json_):
        return
    case, holding = acting.read_access(asked.request, asked.on)
    asked.answered(case, holding, _held(holding), json_)


@rights.command()
@of_a_case
@click.option(
    "--remove", is_flag=True, help="Remove the old address at once; it comes back if a source still brings it."
)
@click.option("--off", "off", multiple=True, metavar="LIST", shell_complete=completion.list_names, help=OFF_HELP)
@on_date
@as_json
def rectify(json_: bool, on: str | None, remove: bool, off: tuple[str, ...], **given: Any) -> None:
    """Tell where the address is corrected, and what the next night does. Give the old address."""
    from email_registry import rights as acting

    asked = _Asked("rectify", on, given)
    if asked.later(json_, relist=remove):
        return
    done = acting.rectify(asked.request, asked.on, remove=remove)
    lines = [
        f"{audience}: correct it in {', '.join(systems)}; the night after brings the new form"
        for audience, systems in acting.corrected_in(done.case, done.before).items()
    ]
    if not lines:
        lines = ["no source brought it" if done.case.acted_on else "the address is not in the registry"]
    asked.confirmed(done.before, [*lines, *_still(done.case)] if remove else lines, off, json_)


@rights.command()
@of_a_case
@click.option("--relist", is_flag=True, help="The person chose to be listed again if a source brings the address.")
@click.option("--off", "off", multiple=True, metavar="LIST", shell_complete=completion.list_names, help=OFF_HELP)
@on_date
@as_json
def erase(json_: bool, on: str | None, relist: bool, off: tuple[str, ...], **given: Any) -> None:
    """Delete the address here and take it off every list, as a read-back confirms; suppress it unless --relist."""
    from email_registry import rights as acting

    asked = _Asked("erase", on, given)
    if asked.later(json_, relist=relist):
        return
    done = acting.erase(asked.request, asked.on, relist=relist)
    asked.confirmed(done.before, [_deleted(done.case), *_still(done.case)], off, json_)


@rights.command("object")
@of_a_case
@click.option(
    "--audience", "scope", type=click.Choice(AUDIENCES), default="all", show_default=True, help="Whose bulletins."
)
@click.option("--off", "off", multiple=True, metavar="LIST", shell_complete=completion.list_names, help=OFF_HELP)
@on_date
@as_json
def object_(json_: bool, on: str | None, scope: str, off: tuple[str, ...], **given: Any) -> None:
    """Send the address no more bulletins, for both audiences unless the person says otherwise."""
    from email_registry import rights as acting

    asked = _Asked("object", on, given)
    if asked.later(json_, scope=scope):
        return
    done = acting.object_(asked.request, asked.on, scope=scope)
    asked.confirmed(done.before, [_deleted(done.case)], off, json_)


@rights.command()
@of_a_case
@click.option(
    "--audience", "scope", type=click.Choice(AUDIENCES), default="all", show_default=True, help="Whose bulletins."
)
@on_date
@as_json
def withdraw(json_: bool, on: str | None, scope: str, **given: Any) -> None:
    """End what keeps the address off the lists. Answers and exports that are older do not count any more."""
    from email_registry import rights as acting

    asked = _Asked("withdraw", on, given)
    if asked.later(json_, scope=scope):
        return
    done = acting.withdraw(asked.request, asked.on, scope=scope)
    reasons = sorted({each.reason for each in done.before.suppressions})
    ended = f"ended: {', '.join(reasons)}" if done.case.ended != 0 else "nothing keeps this address off the lists"
    lines = [
        f"{ended}; the next night lists the address if a source brings it",
        "if they are on Webropol's Do-Not-Contact list too, take it off there by hand, or it is sent nothing",
    ]
    asked.answered(done.case, done.before, lines, json_)


class _Asked:
    """A request as it was given, and how its answer is told."""

    def __init__(self, right: Right, on: str | None, given: Mapping[str, Any]) -> None:
        from email_registry.audit.events import actor
        from email_registry.privacy import Address
        from email_registry.rights import Request

        self.on, self._right, self._given = business_day(on), right, given
        if "@" in (given["path"] or ""):
            raise ConfigurationError("--letter: an address has no place in a file's name")
        received = calendar_day(given["received"]) if given["received"] else self.on
        self.request: Request = Request(Address(_line()), given["number"], given["identity"], received, actor())

    def later(self, json_: bool, **options: Any) -> bool:
        """Only note it, where it is so wanted."""
        from email_registry import rights as acting

        if self._given["later"]:
            case = acting.note_request(self.request, self._right, self.on, **options)
            print_result(_row(case), [f"case {case.number}: due on {case.due_on}"], json_=json_)
        return bool(self._given["later"])

    def confirmed(self, before: Holding, lines: list[str], off: tuple[str, ...], json_: bool) -> None:
        """Off every list; Held where a list has yet to show it."""
        from email_registry import rights as acting
        from email_registry.runs import this_process

        for line in lines:
            print_progress(line)
        case = acting.case_of(self.request, self._right)
        why = acting.Unconfirmed()
        if case.state == acting.CaseState.ACTED:
            print_progress("read the lists")
            why = acting.confirm(case.id, self.on, owner=this_process(), by=self.request.by, said_off=off)
            case = acting.case_of(self.request, self._right)
        if case.state == acting.CaseState.DONE:
            gone = [f"{name}: not there ({how})" for name, how in case.gone.items()]
            stay = [f"{name}: stays there as one of the {acting.kept_on_for(case, 'en')}" for name in case.kept_on]
            self.answered(case, before, [*gone, *stay], json_)
            return
        print_result(_row(case) | {"waiting": dict(why.why)}, list(why.why.values()), json_=json_)
        keep_printed_result()
        raise Held(
            f"case {case.number} is due on {case.due_on} and not off every list yet: give the same command again, or "
            "wait for the daily run; the letter comes then",
            runbook="rights-case",
        )

    def answered(self, case: Case, holding: Holding, lines: list[str], json_: bool) -> None:
        from email_registry.boundaries.files import write_private
        from email_registry.rights import letter

        path = self._given["path"]
        text = letter(case, holding, self._given["language"], self.on) if path else ""
        if path == "-":
            click.echo(text)
            return
        if path:
            write_private(Path(path), text)
        told = [
            *lines,
            f"case {case.number}: {case.state}",
            *([f"letter: {path}; delete it once it is sent"] if path else []),
        ]
        print_result(_row(case) | {"held": holding.counts}, told, json_=json_)


def _line() -> str:
    if sys.stdin.isatty():
        click.echo("The address: ", nl=False, err=True)
    return sys.stdin.readline().strip()


def _row(case: Case) -> dict[str, Any]:
    from email_registry.rights.cases import row_of

    return row_of(case)


def _deleted(case: Case) -> str:
    return f"{case.deleted} rows of the registry deleted, and suppressed"


def _still(case: Case) -> list[str]:
    from email_registry.rights import still_in

    return [
        f"{audience}: {' or '.join(systems)} brought it until it was deleted; it has to be deleted there too"
        for audience, systems in still_in(case.right_used, case.brought).items()
    ]


def _held(holding: Holding) -> list[str]:
    lines = [
        f"{each.audience}: since {each.since or '?'} at the latest, from {' or '.join(each.systems)}"
        + (f"; not brought since {each.unseen_since}, deleted on {each.goes_on}" if each.unseen_since else "")
        for each in holding.audiences
    ]
    lines += [f"{each.target}: {f'seen since {each.since}' if each.since else 'asked for'}" for each in holding.targets]
    lines += [f"suppressed ({each.reason}, {each.scope}) since {each.recorded_on}" for each in holding.suppressions]
    return lines or ["nothing is held of the address"]
