"""The command of old records."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json, business_day, on_date
from email_registry.cli.output import format_counts, print_result


@click.group()
def history() -> None:
    """Old records: runs, plans, proofs, reports, sheets and suppressions that have ended."""


@history.command()
@on_date
@as_json
def clear(on: str | None, json_: bool) -> None:
    """Delete the records that are older than the policy keeps them. The daily run of `expire_addresses` does it too."""
    from email_registry import expire
    from email_registry.runs import this_process

    counts = expire.clear_history(business_day(on), owner=this_process())
    print_result(counts, [format_counts("deleted", counts)], json_=json_)
