"""A list of a million made equal: requests, seconds and memory, beside what one would do instead.

python -m benchmarks.sync --members 100000 --json
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from benchmarks import competitors, worlds
from benchmarks.sync_cases import ON, TARGET, email_of
from local.cluster_secrets import SUPERUSER
from local.postgres import Postgres, Server
from local.world_paths import ROOT

Result = dict[str, Any]
CHURN = 0.0125  # of the members so many are gone, and as many are new: 2.5 % in all
BATCH = 1000
LOGINS = 4  # plan, apply and read-back log in by themselves, and the plan looks at the overview of lists
SQL = Path(__file__).parent / "sql"
MOST_EACH = 100_000  # members; a request for each of a million's churn would take the better part of an hour
CASES = {
    "ours": "**ours**: only the difference, read before and after",
    "replace": "the whole list taken out and put in again",
    "each": "one request a member",
}


@click.command(help=__doc__)
@click.option("--members", default=1_000_000, show_default=True, type=click.IntRange(1000), help="On the list.")
@click.option("--cases", default=",".join(CASES), show_default=True, help="Which, separated by commas.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a case.")
def main(members: int, cases: str, as_json: bool) -> None:
    chosen = cases.split(",")
    if set(chosen) - set(CASES):
        raise click.UsageError(f"--cases knows {', '.join(CASES)}")
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="email-registry-bench-") as made:
        folder = Path(made)
        folder.chmod(0o711)  # PostgreSQL's own user passes through it
        for case in chosen:
            size = min(members, MOST_EACH) if case == "each" else members
            make_list(folder / f"made-{size}", size)
            result = played(folder, case, size)
            results.append(result)
            click.echo(json.dumps(result) if as_json else f"{case:8} {result['seconds']:8.1f} s", err=not as_json)
    if not as_json:
        Console().print(_table(results))
    _hold(results)


def make_list(home: Path, members: int) -> None:
    """A sandbox whose list of persons has so many members; once for all."""
    if home.exists():
        return
    command = [sys.executable, "-m", "sandbox", "create", "--addresses", "300", "--home", str(home)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with sqlite3.connect(home / "world.sqlite") as world:
        statement = (SQL / "sync_members.sql").read_text(encoding="utf-8")
        made = ((str(uuid.UUID(int=number)), email_of(number), email_of(number), TARGET) for number in range(members))
        world.executemany(statement, made)


def played(folder: Path, case: str, members: int) -> Result:
    """One case against a copy of the list: requests, seconds, peak_mb, and how many the list holds afterwards."""
    home = folder / case
    shutil.copytree(folder / f"made-{members}", home)
    churn = round(members * CHURN)
    with worlds.served(home, 0) as endpoints, registry(folder, case, members, churn) as environment:
        environment |= worlds.environment(folder, webropol=webropol_connection(endpoints))
        suppression_keys(folder)
        environment |= {"BENCH_CASE": json.dumps({**endpoints["webropol"], "members": members, "churn": churn})}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.sync_cases", case],
            cwd=ROOT, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
            raise click.ClickException(f"{case}: {last.split(':')[0] if '@' in last else last}")
        found: Result = json.loads(done.stdout.strip().splitlines()[-1])
    shutil.rmtree(home)
    return {"case": case, "members": members, **found}


@contextmanager
def registry(folder: Path, case: str, members: int, churn: int) -> Iterator[dict[str, str]]:
    """Ours needs a registry whose night is over; the others know whom they want."""
    if case != "ours":
        yield {}
        return
    cluster = Postgres(folder / "cluster", fast=True)
    try:
        server = cluster.start()
        competitors.make_template(server, folder)
        _fill(server, members, churn)
        yield {
            "REGISTRY_URL": server.url("registry_app", competitors.TEMPLATE),
            "REGISTRY_ADMIN_URL": server.url(SUPERUSER, competitors.TEMPLATE),
        }
    finally:
        cluster.kill()


def _fill(server: Server, members: int, churn: int) -> None:
    parameters = {"rows": members, "churn": churn, "on": ON, "at": datetime.now(UTC)}
    with server.superuser(competitors.TEMPLATE) as cursor:
        for statement in (SQL / "sync_registry.sql").read_text(encoding="utf-8").split(";\n\n"):
            cursor.execute(statement, parameters)


def webropol_connection(endpoints: Result) -> Result:
    """As connections.json has it."""
    access = endpoints["webropol"]
    return {"host": access["base"], "login": access["username"], "password": access["password"]}


def suppression_keys(folder: Path) -> None:
    """One key."""
    (folder / "secrets" / "suppression_keys.json").write_text(json.dumps({"1": "11" * 32}))


def _hold(results: list[Result]) -> None:
    """Ours needs the fewest requests there can be: one a batch, two reads, the logins and the overview of lists."""
    for result in results:
        members = result["members"]
        batches, pages = 2 * -(-round(members * CHURN) // BATCH), -(-members // BATCH)
        if result["listed"] != members:
            raise click.ClickException(f"{result['case']}: {result['listed']} are listed, {members} should be")
        if result["case"] == "ours" and (result["acts"], result["reads"]) != (batches, 2 * pages + LOGINS):
            raise click.ClickException(f"{result['acts']} requests changed the list and {result['reads']} read it")


def _table(results: list[Result]) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("case", "members", "changing", "reading", "s", "peak, MB", "without anybody, s"):
        table.add_column(heading, justify="left" if heading == "case" else "right")
    for result in results:
        cells = [CASES[result["case"]].replace("**", ""), f"{result['members']:,}".replace(",", " ")]
        cells += [f"{result['acts']:.0f}", f"{result['reads']:.0f}"]
        cells += [f"{result['seconds']:.1f}", f"{result['peak_mb']:.0f}", f"{result['short_seconds']:.1f}"]
        table.add_row(*cells)
    return table


if __name__ == "__main__":
    main()
