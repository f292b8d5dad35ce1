"""The commands of the group `list` by which a list goes live and is handed back."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json, business_day, calendar_day, list_argument, on_date, why
from email_registry.cli.output import format_counts, print_progress, print_result


@click.command()
@list_argument
@why
@as_json
def observe(target: str, why: str, json_: bool) -> None:
    """Deliver nothing to a LIST from now on. Every sync says what it would have done. A list begins like this."""
    from email_registry import onboarding
    from email_registry.audit import actor

    onboarding.observe(target, by=actor(), why=why)
    missing = onboarding.check_steps(target)
    lines = [f"{target}: observed; nothing is delivered", *_next_steps(target, missing)]
    print_result({"target": target, "stage": "observed", "missing": missing}, lines, json_=json_)


@click.command()
@list_argument
@on_date
@as_json
def adopt(target: str, on: str | None, json_: bool) -> None:
    """Take over a LIST that people kept by hand. Nobody is added or removed by it.

    Members in both are ours from now on. Members on the list only are kept and counted. Addresses in the registry only
    may have left the list earlier. They are not added until a Do-Not-Contact export was read (`registry list
    read-unsubscribes`), or `registry list sign-none-left` was signed.
    """
    from email_registry import onboarding
    from email_registry.runs import this_process

    print_progress(f"read {target} and compare")
    counts = onboarding.adopt(target, business_day(on), owner=this_process())
    _print_adopted(target, format_counts(f"{target}: adopted", counts), dict(counts), json_=json_)


@click.command("sign-none-left")
@list_argument
@why
@as_json
def sign_none_left(target: str, why: str, json_: bool) -> None:
    """Sign that nobody had left a LIST before it was adopted: the addresses that are withheld may be added."""
    from email_registry import onboarding
    from email_registry.audit import actor

    counts = onboarding.sign_none_left(target, by=actor(), why=why)
    line = f"{target}: signed that nobody had left it; all may be added"
    _print_adopted(target, line, dict(counts), json_=json_)


@click.command()
@list_argument
@as_json
def checklist(target: str, json_: bool) -> None:
    """Say what a LIST lacks before it can go live, and the next command. Nothing is changed."""
    from email_registry import onboarding

    missing = onboarding.check_steps(target)
    print_result({"target": target, "missing": missing}, _next_steps(target, missing), json_=json_)


@click.command("go-live")
@list_argument
@why
@as_json
def go_live(target: str, why: str, json_: bool) -> None:
    """Let a LIST go live, once it was observed, adopted and piloted: the next sync delivers to it."""
    from email_registry import onboarding
    from email_registry.audit import actor

    result = onboarding.go_live(target, by=actor(), why=why)
    lines = [f"{target}: live. Next: ./registry sync --target {target} --dry-run, then without"]
    print_result(result, lines, json_=json_)


@click.command("hand-back")
@list_argument
@why
@on_date
@as_json
def hand_back(target: str, why: str, on: str | None, json_: bool) -> None:
    """Give a LIST back to people: its last verified members as a sheet, and no more deliveries."""
    from email_registry import onboarding
    from email_registry.audit import actor

    result = onboarding.hand_back(target, calendar_day(on), by=actor(), why=why)
    lines = [
        f"{target}: {result['rows']} addresses in {result['sheet']}",
        f"take it to where the list is kept, then: ./registry list sheet-taken {target}",
        f"to come back: ./registry list observe {target} --why …, then adopt it again",
    ]
    print_result(result, lines, json_=json_)


@click.command("sheet-taken")
@list_argument
@as_json
def sheet_taken(target: str, json_: bool) -> None:
    """Say that a person has the sheet of a LIST that was handed back: it is deleted here."""
    from email_registry import onboarding

    counts = onboarding.note_sheet_taken(target)
    print_result({"target": target, **counts}, [format_counts(target, counts)], json_=json_)


@click.command()
@on_date
@as_json
def pilot(on: str | None, json_: bool) -> None:
    """Make the list of staff equal to the policy's addresses, with another one of them left out each day."""
    from email_registry import onboarding
    from email_registry.runs import this_process

    counts = onboarding.pilot(business_day(on), owner=this_process())
    print_result(counts, [format_counts("pilot", counts)], json_=json_)


COMMANDS = (observe, adopt, sign_none_left, checklist, go_live, hand_back, sheet_taken, pilot)


def _print_adopted(target: str, line: str, counts: dict[str, object], *, json_: bool) -> None:
    from email_registry import onboarding

    missing = onboarding.check_steps(target)
    lines = [line, *_next_steps(target, missing)]
    print_result({"target": target, **counts, "missing": missing}, lines, json_=json_)


def _next_steps(target: str, missing: list[str]) -> list[str]:
    return [f"next: {step}" for step in missing] or [f"next: ./registry list go-live {target} --why …"]
