"""The command line: `python -m sandbox <verb>`."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from sandbox import contract, faults, nights, store, truth
from sandbox.errors import SandboxError
from sandbox.home import Home, read_json
from sandbox.office import FIRST, names
from sandbox.options import home_option
from sandbox.person_commands import COMMANDS
from sandbox.store import Night
from sandbox.world import World

EXIT_DIFFERENT = 1
EXIT_TROUBLE = 2
MIN_ADDRESSES, MAX_ADDRESSES = 20, 5_000_000

Command = TypeVar("Command", bound=Callable[..., Any])


class _OneLine(click.Group):
    """Turns every foreseen trouble into one line and exit code 2."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except SandboxError as error:
            trouble = str(error)
        except sqlite3.OperationalError as error:
            trouble = f"the world cannot be read or written ({error}): is the disk full, or another night being played?"
        except OSError as error:
            trouble = f"a file of the world cannot be read or written ({error.strerror}): look at --home"
        click.echo(f"sandbox: {trouble}", err=True)
        sys.exit(EXIT_TROUBLE)


def _database_option(command: Command) -> Command:
    return click.option(
        "--ura-database",
        metavar="URL",
        help="A PostgreSQL database of the sandbox's own for URA's SQL view, with a login that may create a role.",
    )(command)


def _fault_option(command: Command) -> Command:
    return click.option("--fault", metavar="ID", help="Play this fault of faults.yaml tonight.")(command)


@click.group(cls=_OneLine, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """URA, KasvuCRM and Webropol in miniature, with people who do not exist.

    \b
    python -m sandbox create --seed 7 --addresses 20000    a world and its first night
    python -m sandbox serve &                              its systems, on loopback
    python -m sandbox advance                              the next night
    python -m sandbox heal                                 the same night without its fault
    python -m sandbox lists                                are the lists at Webropol what they should be?
    python -m sandbox import LIST FILE                     what a person does at Webropol with a sheet

    Exit codes: 0 well, 1 a list differs from the truth, 2 something is wrong and the line says what.
    """


for _command in COMMANDS:
    main.add_command(_command)


@main.command()
@home_option
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same world.")
@click.option("--addresses", type=click.IntRange(MIN_ADDRESSES, MAX_ADDRESSES), default=20_000, show_default=True)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The first night's date; today in Helsinki.")
@_database_option
@_fault_option
@click.option("--office", type=click.Choice(names()), default=FIRST, show_default=True, help="Whose systems they are.")
@click.option(
    "--manual-years",
    metavar="N",
    type=click.IntRange(0),
    default=0,
    help="Fill the lists as people kept them for years, and let N people have left meanwhile.",
)
@click.option("--kasvucrm-only", is_flag=True, help="Companies that KasvuCRM alone knows, a row each; for benchmarks.")
@click.option("--force", is_flag=True, help="Throw away the world that is there.")
def create(
    home: Path,
    seed: int,
    addresses: int,
    day: datetime | None,
    ura_database: str | None,
    fault: str | None,
    office: str,
    manual_years: int,
    kasvucrm_only: bool,
    force: bool,
) -> None:
    """Make a world and its first night."""
    switches = faults.switches(fault)
    place = Home(home)
    place.make()
    with place.serving(), place.playing():
        if not force and _is_world(place):
            raise SandboxError(
                f"there is a world in {home} already: --force throws it away, --home names another folder"
            )
        first = day.date() if day else datetime.now(ZoneInfo("Europe/Helsinki")).date()
        kind = nights.Kind(office, manual_years, kasvucrm_only=kasvucrm_only)
        _tell(nights.create(place, seed, addresses, first, ura_database, switches, kind))


@main.command()
@home_option
@click.option("--nights", "count", type=click.IntRange(1, 1000), default=1, show_default=True)
@_fault_option
@_database_option
def advance(home: Path, count: int, fault: str | None, ura_database: str | None) -> None:
    """Play the next night; with --nights several, a fault in each of them."""
    world, switches = World(Home(home)), faults.switches(fault)
    with world.home.playing():
        for _ in range(count):
            _tell(nights.advance(world, switches, ura_database))


@main.command()
@home_option
@_database_option
def heal(home: Path, ura_database: str | None) -> None:
    """Show the same night without its fault: what was away is back, and nobody moved."""
    world = World(Home(home))
    with world.home.playing():
        _tell(nights.heal(world, ura_database))


@main.command()
@home_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="HTTP's; 0, the default, takes a free one.")
@click.option(
    "--latency-ms",
    type=click.IntRange(0, 60_000),
    default=0,
    show_default=True,
    help="KasvuCRM's data comes this much later, as from far away; for benchmarks.",
)
@click.option(
    "--late-seconds",
    type=click.FloatRange(0, 600),
    help="Webropol adds and removes this much later, and answers then; for chaos. The fault webropol-applied-late: 2.",
)
@click.option(
    "--lose-replies",
    metavar="SHARE",
    type=click.FloatRange(0, 1),
    default=0.0,
    help="Of Webropol's answers about adding and removing this share never comes.",
)
@click.option("--keep-doubles", is_flag=True, help="Webropol adds once more whoever is there already.")
def serve(
    home: Path, port: int, latency_ms: int, late_seconds: float | None, lose_replies: float, keep_doubles: bool
) -> None:
    """Serve KasvuCRM and Webropol (HTTP, TLS) and URA's drop folder (SFTP) on 127.0.0.1 until Ctrl-C or SIGTERM."""
    world = World(Home(home))
    from sandbox.serving import serve as run  # the web framework takes longer to import than a night to play
    from sandbox.webropol.troubles import Manners

    run(world, port, latency_ms / 1000, Manners(late_seconds, lose_replies, keep_doubles))


@main.command()
@home_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(home: Path, as_json: bool) -> None:
    """The night, its changes and the rows of each system."""
    world = World(Home(home))
    with world.reading() as db:
        night, counts = store.last_night(db), store.counts(db)
    content = {
        "night": night.number,
        "date": night.date.isoformat(),
        "fault": night.fault,
        "changes": night.changes,
        "rows": counts,
        "url": _url(world.home),
    }
    if as_json:
        click.echo(json.dumps(content))
        return
    for name, value in content.items():
        shown = ", ".join(f"{key} {number}" for key, number in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name:8} {'-' if shown in (None, '') else shown}")


@main.command()
@home_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def lists(home: Path, as_json: bool) -> None:
    """Compare the lists at Webropol with the truth; exit code 1 if any differs. Counts only."""
    world = World(Home(home))
    with world.reading() as db:
        comparisons = truth.compare(db, world.home)
    if as_json:
        click.echo(json.dumps([{**found._asdict(), "equal": found.equal} for found in comparisons]))
    else:
        click.echo(f"{'list':18} {'id':36} {'members':>9} {'expected':>9} {'missing':>8} {'extra':>8}")
        for found in comparisons:
            verdict = "equal" if found.equal else "differs"
            click.echo(
                f"{found.name:18} {found.list_id:36} {found.members:>9} {found.expected:>9} "
                f"{found.missing:>8} {found.extra:>8}  {verdict}"
            )
    if not all(found.equal for found in comparisons):
        sys.exit(EXIT_DIFFERENT)


@main.command(name="contract")
@click.option("--check", is_flag=True, help="Only say whether the file is current; exit code 1 if not.")
def list_contract(check: bool) -> None:
    """Write the OpenAPI document of the list contract to sandbox/webropol_lists.openapi.json."""
    if check:
        sys.exit(0 if contract.is_current() else EXIT_DIFFERENT)
    click.echo(f"written: {contract.write()}")


def _is_world(home: Home) -> bool:
    try:
        World(home)
    except SandboxError:
        return False
    return True


def _url(home: Home) -> str | None:
    """Where the systems are served; None where nobody serves them, or who did was killed."""
    served = read_json(home.endpoints)
    try:
        os.kill(served["pid"], 0)
    except (TypeError, ProcessLookupError):
        return None
    return str(served["url"])


def _tell(night: Night) -> None:
    changes = ", ".join(f"{kind} {count}" for kind, count in night.changes.items())
    click.echo(f"night {night.number}, {night.date}, {f'fault {night.fault}' if night.fault else 'healthy'}: {changes}")
