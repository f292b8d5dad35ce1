"""Reading a source for a person who watches."""

from __future__ import annotations

from datetime import date

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from email_registry.extract import Extraction, Proof


def read_through(source: str, on: date, way: str | None) -> Proof:
    """Read and judge everything, keep nothing. On a terminal the rows are counted on standard error meanwhile."""
    extraction = Extraction(source, on, way)
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(f"{source} by {extraction.way}")
        for _ in extraction:
            progress.update(task, description=f"{source} by {extraction.way}: {extraction.received:,} rows")
    return extraction.proof
