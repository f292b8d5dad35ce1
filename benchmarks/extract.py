"""Every way into a source: rows a second and peak memory, beside what one would use instead.

python -m benchmarks.extract --rows 100000,1000000 --json
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from benchmarks import worlds
from local.postgres import Postgres
from local.world_paths import ROOT

Result = dict[str, Any]
LATENCY_MS = 100
# The way, and what stands beside it.
PAIRS = {
    "csv": ("csv", "csv-pandas"),
    "sql": ("sql", "sql-pandas"),
    "odata": ("odata", "odata-one", "odata-requests"),
}


@click.command(help=__doc__)
@click.option("--rows", default="100000,1000000", show_default=True, help="How many rows, separated by commas.")
@click.option("--csv-rows", default=10_000_000, show_default=True, help="A larger file, for memory; 0 leaves it out.")
@click.option("--ways", default="csv,sql,odata", show_default=True, help="Which ways, separated by commas.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a measurement.")
def main(rows: str, csv_rows: int, ways: str, as_json: bool) -> None:
    sizes, chosen = [int(size) for size in rows.split(",")], ways.split(",")
    unknown = set(chosen) - set(PAIRS)
    if unknown:
        raise click.UsageError(f"--ways knows {', '.join(PAIRS)}")
    results: list[Result] = []
    # PostgreSQL's own user passes through it.
    with tempfile.TemporaryDirectory(prefix="email-registry-bench-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        for way in chosen:
            larger = [csv_rows] if way == "csv" and csv_rows else []
            for result in MEASURE[way](folder, [*sizes, *larger]):
                results.append(result)
                click.echo(json.dumps(result) if as_json else _line(result), err=not as_json)
    if not as_json:
        Console().print(_table(results))


def csv_ways(folder: Path, sizes: list[int]) -> Iterator[Result]:
    environment = worlds.environment(folder, ura_files={"extra": {"folder": str(folder / "drop")}})
    for size in sizes:
        worlds.make_drop(folder / "drop", size)
        yield from _measured("csv", size, environment | {"BENCH_DROP": str(folder / "drop")})


def sql_ways(folder: Path, sizes: list[int]) -> Iterator[Result]:
    cluster = Postgres(folder / "cluster", fast=True)
    try:
        server = cluster.start()
        for size in sizes:
            url = worlds.make_view(server, size)
            environment = worlds.environment(folder, ura_view={"extra": {"url": url}})
            yield from _measured("sql", size, environment | {"BENCH_VIEW": url})
    finally:
        cluster.kill()


def odata_ways(folder: Path, sizes: list[int]) -> Iterator[Result]:
    for size in sizes:
        home = folder / f"kasvucrm-{size}"
        worlds.make_kasvucrm(home, size)
        for latency in (0, LATENCY_MS):
            with worlds.served(home, latency) as endpoints:
                crm = endpoints["kasvucrm"]
                environment = worlds.environment(
                    folder,
                    kasvucrm={
                        "host": crm["environment"],
                        "login": crm["client_id"],
                        "password": crm["client_secret"],
                        "extra": {"token_url": crm["token_url"], "scope": crm["scope"]},
                    },
                )
                for result in _measured("odata", size, environment | worlds.odata_login(crm)):
                    yield result | {"latency_ms": latency}


MEASURE = {"csv": csv_ways, "sql": sql_ways, "odata": odata_ways}


def _measured(way: str, size: int, environment: Mapping[str, str]) -> Iterator[Result]:
    ours: Result | None = None
    for case in PAIRS[way]:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.measure", case],
            cwd=ROOT, env=dict(environment), capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1:] or ["no output"]
            raise click.ClickException(f"{case} with {size} rows: {last[0]}")
        found = json.loads(done.stdout)
        ours = ours or found
        yield {"case": case, "size": size, **found, "times_ours": round(found["seconds"] / ours["seconds"], 2)}


def _line(result: Result) -> str:
    return f"{result['case']:16} {result['size']:>12,}  {result['seconds']:8.2f} s".replace(",", " ")


def _table(results: list[Result]) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("case", "rows", "latency, ms", "s", "rows/s", "peak, MB", "× ours"):
        table.add_column(heading, justify="left" if heading == "case" else "right")
    for result in results:
        speed = result["rows"] / max(result["seconds"], 1e-3)
        cells = [f"{result['rows']:,}", str(result.get("latency_ms", "")), f"{result['seconds']:.2f}", f"{speed:,.0f}"]
        cells += [f"{result['peak_mb']:.0f}", f"{result['times_ours']:.2f}"]
        table.add_row(result["case"], *(cell.replace(",", " ") for cell in cells))
    return table


if __name__ == "__main__":
    main()
