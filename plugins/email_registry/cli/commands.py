"""The commands of the night and of the schema: each parses, calls one function, and prints what it gives.

Each imports what it runs by itself: `--help` starts in a moment.
"""

from __future__ import annotations

import click

from email_registry.cli.group import answer, answered, as_json, cli, counted, given_date, on_date, tell, why


@cli.command()
@on_date
@as_json
def night(on: str | None, json_: bool) -> None:
    """Play one night: extract every source, check, load.

    A source that fails freezes the absences of its audience and nothing else. Nothing is removed from a list here:
    `registry sync` does that.
    """
    from email_registry.night.flow import play
    from email_registry.runs import this_process

    loaded = play(given_date(on), owner=this_process(), tell=tell)
    answer(loaded, [counted(audience, counts) for audience, counts in loaded.items()], json_=json_)


@cli.command()
@click.argument("source")
@click.option("--way", metavar="WAY", help="Another of the source's ways in the policy than the nights use.")
@on_date
@as_json
def extract(source: str, way: str | None, on: str | None, json_: bool) -> None:
    """Read one SOURCE to its end, judge every row, print the proof of completeness, and keep nothing.

    For trying a connection, a way in or a filter before a night uses it. The registry's database is not needed:
    who must not be listed is not looked up, and counts as valid here.
    """
    from dataclasses import asdict

    from email_registry.cli.reading import read_through
    from email_registry.cli.tables import proof_table
    from email_registry.errors import SourceFailed

    proof = read_through(source, given_date(on, believed=False), way)
    answer({**asdict(proof), "complete": proof.complete}, proof_table(proof), json_=json_)
    if proof.reason is not None:
        answered()
        raise SourceFailed(proof.reason)


@cli.command()
@click.argument("source")
@why
@as_json
def accept(source: str, why: str, json_: bool) -> None:
    """Accept the amount that the gate stopped of a SOURCE on its last night, for exactly what came.

    Then run the night again: where the source brings the very same, its rows may be as many, and as many of them
    unknown, as they are. Every other expectation stays.
    """
    from email_registry import check
    from email_registry.audit.events import actor

    counts = check.accept(source, by=actor(), why=why)
    answer(
        {"source": source, **counts}, [counted(f"{source}: accepted", counts), "now run: ./registry night"], json_=json_
    )


@cli.command()
@as_json
def status(json_: bool) -> None:
    """The last night, the lists and the registry, in counts; and whether each list may be sent from."""
    from dataclasses import asdict

    from email_registry.cli.tables import tables
    from email_registry.report import lines, sending
    from email_registry.report import status as read_status

    found = read_status()
    answers = sending(found)
    said = [{**asdict(one), "name": one.name.model_dump(), "why": one.why.model_dump()} for one in answers]
    answer({**found, "sending": said}, [*tables(found), "May I send?", *lines(answers)], json_=json_)


@cli.group()
def schema() -> None:
    """The database's schema."""


@schema.command()
@as_json
def upgrade(json_: bool) -> None:
    """Make or upgrade the registry's tables and roles. Uses REGISTRY_ADMIN_URL where it is set."""
    from email_registry.schema import upgrade as run_upgrade

    version = run_upgrade()
    answer({"version": version}, [f"the schema is at version {version}"], json_=json_)
