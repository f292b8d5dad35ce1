"""The doctor: whether all that the registry needs is as it must be."""

from __future__ import annotations

import click

from email_registry.cli.group import answer, answered, as_json, cli, tell


@cli.command()
@click.option(
    "--only", multiple=True, metavar="NAME", help="Only this: a name of its lines, or the first word of several."
)
@as_json
def doctor(only: tuple[str, ...], json_: bool) -> None:
    """Look at every connection, right, column, template, host, certificate, clock, disk, mail and version.

    A line each: `OK  name: what was seen`, or `NO  name: what is wrong; what to do`. It changes nothing, and takes half
    a minute at most. Before each night the quick part of it runs by itself.

    Exit code 0: all is well; 2: something has to be put right; 4: something does not answer (and maybe more).
    """
    from dataclasses import asdict

    from email_registry.doctor.examination import examine
    from email_registry.doctor.findings import Unwell

    found = examine(only, tell)
    keys = ("name", "ok", "said", "cure")
    answer([{key: asdict(one)[key] for key in keys} for one in found], map(str, found), json_=json_)
    wrong = [one for one in found if not one.ok]
    if wrong:
        answered()
        failure = Unwell(f"{len(wrong)} of {len(found)} are not well: the lines with NO say what to do")
        failure.exit_code = max(one.exit_code for one in wrong)
        raise failure
