"""Each right by command on a registry of a million, whose list at Webropol has a million members.

python -m benchmarks.rights --members 100000 --json

Seconds from the command's start to its first word (what is held, or what was done in the registry), and to its end,
with every list read twice where somebody has to go; beside them Python's own start, and the start of the command.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from benchmarks import worlds
from benchmarks.sync import make_list, registry, suppression_keys, webropol_connection
from benchmarks.sync_cases import email_of
from local.world_paths import ROOT

Result = dict[str, Any]
REGISTRY = [sys.executable, "-m", "email_registry.cli"]
GIVEN = ["--identity", "passport", "--language", "en"]
RIGHTS = (
    ("access", "of one who is listed", ["access"], 500),
    ("access", "of one who is not there", ["access"], -1),
    ("rectify", "where to correct it", ["rectify"], 501),
    ("erase", "here and off every list", ["erase"], 502),
    ("object", "here and off every list", ["object"], 503),
    ("withdraw", "the objection", ["withdraw"], 503),
)


@click.command(help=__doc__)
@click.option("--members", default=1_000_000, show_default=True, type=click.IntRange(1000), help="In the registry.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a right.")
def main(members: int, as_json: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="email-registry-bench-") as made:
        folder = Path(made)
        folder.chmod(0o711)  # PostgreSQL's own user passes through it
        home = folder / "sandbox"
        make_list(home, members)
        with worlds.served(home, 0) as endpoints, registry(folder, "ours", members, 0) as environment:
            environment |= worlds.environment(folder, webropol=webropol_connection(endpoints))
            suppression_keys(folder)
            results = [{"right": "python -c pass", "what": "", **timed([sys.executable, "-c", "pass"], environment)}]
            results += [{"right": "--version", "what": "", **timed([*REGISTRY, "--version"], environment)}]
            for number, (right, label, arguments, person) in enumerate(RIGHTS):
                command = [*REGISTRY, "rights", *arguments, "--case", str(number), *GIVEN]
                letter = ["--letter", str(folder / f"letter-{number}.html")]
                email = email_of(person) if person >= 0 else "vieras@sandbox-posti.fi"
                results.append({"right": right, "what": label, **timed([*command, *letter], environment, email)})
    if as_json:
        for result in results:
            click.echo(json.dumps(result))
    else:
        Console().print(_table(results, members))


def timed(command: list[str], environment: Mapping[str, str], line: str = "") -> Result:
    """Seconds to its first word, on either output, and to its end."""
    began = time.perf_counter()
    running = subprocess.Popen(
        command, cwd=ROOT, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert running.stdin is not None  # noqa: S101  both are pipes
    assert running.stdout is not None  # noqa: S101
    running.stdin.write(line + "\n")
    running.stdin.close()
    output = running.stdout.readline()
    first = time.perf_counter() - began
    output += running.stdout.read()
    if running.wait() != 0:
        raise click.ClickException(output.strip().splitlines()[-1] if "@" not in output else "the command failed")
    return {"first_seconds": round(first, 2), "seconds": round(time.perf_counter() - began, 2)}


def _table(results: list[Result], members: int) -> Table:
    table = Table(title=f"{members:,} addresses".replace(",", " "), box=None, header_style="bold", title_justify="left")
    for heading in ("right", "", "first word, s", "whole, s"):
        table.add_column(heading, justify="right" if heading.endswith("s") else "left")
    for row in results:
        table.add_row(row["right"], row["what"], f"{row['first_seconds']:.2f}", f"{row['seconds']:.2f}")
    return table


if __name__ == "__main__":
    main()
