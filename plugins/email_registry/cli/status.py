"""`registry status`: how everything stands."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json
from email_registry.cli.output import print_result


@click.command()
@as_json
def status(json_: bool) -> None:
    """Show the last night, the lists and the registry in counts, and whether each list may be sent from."""
    from dataclasses import asdict

    from email_registry.cli.tables import tables
    from email_registry.report import lines, sending
    from email_registry.report import status as read_status

    report = read_status()
    answers = sending(report)
    rows = [{**asdict(row), "name": row.name.model_dump(), "why": row.why.model_dump()} for row in answers]
    print_result({**report, "sending": rows}, [*tables(report), "May I send?", *lines(answers)], json_=json_)
