"""`registry night`: one whole night."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json, business_day, on_date
from email_registry.cli.output import format_counts, print_progress, print_result


@click.command()
@on_date
@as_json
def night(on: str | None, json_: bool) -> None:
    """Play one night: extract every source, check, load.

    When a source fails, no absence is computed for its audience, and the rest goes on. Nobody is removed from a list by
    this command: `registry sync` does that.
    """
    from email_registry.night import play
    from email_registry.runs import this_process

    loaded = play(business_day(on), owner=this_process(), tell=print_progress)
    print_result(loaded, [format_counts(audience, counts) for audience, counts in loaded.items()], json_=json_)
