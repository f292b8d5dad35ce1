"""Kill the sync again and again, over a server that applies late and loses replies, and judge the lists.

Each night the registry changes, people leave or object, and a sync dies by SIGKILL: at a random moment, or at a named
step. Other syncs follow until one ends by itself. Then the rig reads the sandbox's own log: was somebody listed twice
at any moment, is somebody not on a list who should be, was somebody wrongly removed or put back? The same with one
guard of the sync off at a time must find faults, because otherwise the rig proves nothing.

\b
Exit codes
  0  the sync as it is built made no fault, and with a guard off there were some
  1  it made a fault, or no fault was found anywhere
  2  the rig itself failed
"""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType

import click

from chaos import results
from chaos.forkserver import ForkServerFailed
from chaos.rig import Rig
from chaos.world import Conditions, RigFailed
from local.errors import LocalError

AT_FAULT, BROKEN = 1, 2


@click.command(help=__doc__, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--kills",
    default=200,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="How often the sync as it is built is killed.",
)
@click.option(
    "--seed", default=1, show_default=True, help="The same seed plays the same nights, except for the timing."
)
@click.option(
    "--lists", default=12, show_default=True, type=click.IntRange(2, 64), help="How many lists at once, two in a world."
)
@click.option(
    "--evidence",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write what led to a fault.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
def main(kills: int, seed: int, lists: int, evidence: Path | None, as_json: bool) -> None:
    signal.signal(signal.SIGTERM, _end)
    began, conditions = time.monotonic(), Conditions()
    try:
        tallies = Rig(kills, seed, lists, conditions, lambda text: _print_progress(began, text), evidence).run()
    except (RigFailed, ForkServerFailed, LocalError) as error:
        click.echo(f"chaos: {error}", err=True)
        sys.exit(BROKEN)
    problems = results.verdict(tallies)
    if as_json:
        click.echo(json.dumps(results.as_json(tallies, conditions, seed, time.monotonic() - began)))
    else:
        click.echo(results.table(tallies))
        click.echo(results.steps_line(tallies))
    for line in problems:
        click.echo(f"chaos: {line}", err=True)
    sys.exit(AT_FAULT if problems else 0)


def _print_progress(began: float, text: str) -> None:
    click.echo(f"· {time.monotonic() - began:5.0f} s  {text}", err=True)


def _end(number: int, _frame: FrameType | None) -> None:
    """Exit in the usual way, so that the worlds are stopped and removed when the rig is terminated."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
