"""The group of the suppression keys. A key itself is never shown."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json, why
from email_registry.cli.output import print_result


@click.group()
def keys() -> None:
    """The keys under which the registry knows who must not be listed.

    All versions match at once; new rows are made with the newest. Keep the file in the office's vault, because rows
    that were made with a lost key match nobody any more.
    """


@keys.command("show")
@as_json
def show(json_: bool) -> None:
    """Show which versions there are, and how much was made with each."""
    from email_registry.suppression import key_uses

    uses = key_uses()
    lines = [
        f"version {use.version}: {use.rows} rows, {use.journal} lines of the journal"
        f"{', the newest' if use.newest else ''}{'' if use.available else ', MISSING HERE: restore it from the vault'}"
        for use in uses
    ]
    print_result([use._asdict() for use in uses], lines, json_=json_)


@keys.command("rotate")
@why
@as_json
def rotate(why: str, json_: bool) -> None:
    """Make a new key and use it from now on. Whoever is suppressed under an older key stays suppressed."""
    from email_registry.audit import actor
    from email_registry.suppression import keys_file
    from email_registry.suppression import rotate as run_rotate

    version = run_rotate(by=actor(), why=why)
    line = f"version {version} is in {keys_file()}: copy it to the office's vault and to every machine of the registry"
    print_result({"version": version, "file": str(keys_file())}, [line], json_=json_)


@keys.command("retire")
@click.argument("version", type=click.IntRange(1))
@why
@as_json
def retire(version: int, why: str, json_: bool) -> None:
    """Take VERSION out of the file, once no row needs it any more."""
    from email_registry.audit import actor
    from email_registry.suppression import retire as run_retire

    run_retire(version, by=actor(), why=why)
    print_result(
        {"version": version, "retired": True}, [f"version {version} is gone; forget it in the vault too"], json_=json_
    )
