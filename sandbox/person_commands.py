"""The verbs of a person at Webropol's pages: they say how many, never who."""

from __future__ import annotations

from pathlib import Path

import click

from sandbox.home import Home
from sandbox.office import FIRST, names
from sandbox.options import home_option
from sandbox.webropol import person
from sandbox.world import World

_list = click.argument("name", metavar="LIST")
_file = click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))


@click.command(name="import")
@_list
@_file
@click.option("--removals", is_flag=True, help="The sheet names those to take off the list.")
@home_option
def import_sheet(home: Path, name: str, path: Path, removals: bool) -> None:
    """Import a recipient sheet (.xlsx, .csv) into LIST, as a person does at Webropol."""
    done = person.import_sheet(World(Home(home)), name, path, removals=removals)
    if removals:
        click.echo(f"{name}: {done.done} removed, {done.already} were not there")
    else:
        click.echo(f"{name}: {done.done} added, {done.already} were there already, {done.invalid} refused as invalid")


@click.command(name="export")
@_list
@_file
@home_option
def export_list(home: Path, name: str, path: Path) -> None:
    """Export the members of LIST to FILE (.xlsx, .csv)."""
    click.echo(f"{name}: {person.export_list(World(Home(home)), name, path)} exported")


@click.command(name="template")
@_file
@click.option("--office", type=click.Choice(names()), default=FIRST, show_default=True, help="Whose template.")
def template(path: Path, office: str) -> None:
    """Write the recipient sheet's template to FILE (.xlsx, .csv), as Webropol exports it."""
    person.write_template(path, office)
    click.echo("template written")


@click.command(name="reset")
@_list
@home_option
def reset(home: Path, name: str) -> None:
    """Delete all recipients of LIST, as resetting a survey does."""
    click.echo(f"{name}: {person.reset(World(Home(home)), name)} deleted")


@click.command(name="do-not-contact")
@_file
@home_option
def do_not_contact(home: Path, path: Path) -> None:
    """Export the addresses of everybody who unsubscribed to FILE (.xlsx, .csv)."""
    click.echo(f"{person.export_do_not_contact(World(Home(home)), path)} exported")


COMMANDS = (import_sheet, export_list, template, reset, do_not_contact)
