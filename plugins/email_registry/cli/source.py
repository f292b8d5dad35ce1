"""The commands of a source: read it by hand, accept its volume."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from email_registry.cli import completion
from email_registry.cli.options import as_json, calendar_day, on_date, source_argument, why
from email_registry.cli.output import format_counts, keep_printed_result, print_result

if TYPE_CHECKING:
    from email_registry.extract import Proof


@click.group()
def source() -> None:
    """The systems that the addresses come from."""


@source.command()
@source_argument
@click.option(
    "--way",
    metavar="WAY",
    shell_complete=completion.ways,
    help="Another of the source's ways in the policy than the one that the nights use.",
)
@on_date
@as_json
def extract(source: str, way: str | None, on: str | None, json_: bool) -> None:
    """Read one SOURCE to its end, judge every row, print the proof of completeness, and keep nothing.

    Use it to try a connection, a way or a filter before a night uses it. It does not need the registry's database, so
    nobody looks up who must not be listed: such rows count as valid here.
    """
    from dataclasses import asdict

    from email_registry.cli.tables import proof_table
    from email_registry.errors import SourceFailed

    proof = _read_whole_source(source, calendar_day(on), way)
    print_result({**asdict(proof), "complete": proof.complete}, proof_table(proof), json_=json_)
    if proof.reason is not None:
        keep_printed_result()
        raise SourceFailed(proof.reason)


def _read_whole_source(source: str, on: date, way: str | None) -> Proof:
    """Read and judge everything, and keep nothing. On a terminal, standard error shows the rows as they are counted."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from email_registry.extract import Extraction

    extraction = Extraction(source, on, way)
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"{source} by {extraction.way}")
        for _ in extraction:
            progress.update(task, description=f"{source} by {extraction.way}: {extraction.received:,} rows")
    return extraction.proof


@source.command()
@source_argument
@why
@as_json
def accept(source: str, why: str, json_: bool) -> None:
    """Accept the volume of a SOURCE that the gate stopped on its last night, for exactly the rows that came.

    Then run the night again. If the source brings the very same rows, their number and the number of unknown rows among
    them pass the gate. Every other expectation stays.
    """
    from email_registry import check
    from email_registry.audit import actor

    counts = check.accept(source, by=actor(), why=why)
    lines = [format_counts(f"{source}: accepted", counts), "now run: ./registry night"]
    print_result({"source": source, **counts}, lines, json_=json_)
