"""`registry doctor`: whether everything that the registry needs is as it must be."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json
from email_registry.cli.output import keep_printed_result, print_progress, print_result


@click.command()
@click.option(
    "--only", multiple=True, metavar="NAME", help="Only this check: its name, or the first word of several names."
)
@as_json
def doctor(only: tuple[str, ...], json_: bool) -> None:
    """Check every connection, right, column, template, host, certificate, clock, disk, mail and version.

    Each check prints a line: `OK  name: what was seen`, or `NO  name: what is wrong; what to do`. It changes nothing,
    and takes half a minute at most. Its quick part runs by itself before each night.

    Exit code 0: all is well; 2: something has to be put right; 4: something does not answer (and maybe more).
    """
    from dataclasses import asdict

    from email_registry.doctor import CheckFailed, examine

    found = examine(only, print_progress)
    keys = ("name", "ok", "detail", "cure")
    print_result([{key: asdict(one)[key] for key in keys} for one in found], map(str, found), json_=json_)
    wrong = [one for one in found if not one.ok]
    if wrong:
        keep_printed_result()
        failure = CheckFailed(f"{len(wrong)} of {len(found)} are not well: the lines with NO say what to do")
        failure.exit_code = max(one.exit_code for one in wrong)
        raise failure
