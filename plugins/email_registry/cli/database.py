"""The commands of the registry's database: its schema, and what a restored backup does not know."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json, calendar_day, on_date, why
from email_registry.cli.output import format_counts, print_result


@click.group()
def database() -> None:
    """The registry's database: its tables and roles, and its restore."""


@database.command()
@as_json
def upgrade(json_: bool) -> None:
    """Make or upgrade the registry's tables and roles. Uses REGISTRY_ADMIN_URL where it is set."""
    from email_registry.schema import upgrade as run_upgrade

    version = run_upgrade()
    print_result({"version": version}, [f"the schema is at version {version}"], json_=json_)


@database.command()
@click.option("--backup-taken", required=True, metavar="YYYY-MM-DD", help="The day on which the backup was taken.")
@click.option("--accept-gap", is_flag=True, help="Go on although the journal begins later; see the runbook.")
@click.option("--unnoticed", is_flag=True, help="Go on although no anchor shows that a backup was restored.")
@why
@on_date
@as_json
def restored(backup_taken: str, accept_gap: bool, unnoticed: bool, why: str, on: str | None, json_: bool) -> None:
    """Say that the database was restored from a backup: what happened since then is done again.

    Nothing else runs before it. Addresses that were deleted since the backup are deleted again, suppressions are made
    again, and absent addresses are absent again. Then run a night: lists are synced once it is loaded.
    """
    from email_registry import restore
    from email_registry.audit import actor
    from email_registry.runs import this_process

    counts = restore.replay(
        calendar_day(backup_taken), calendar_day(on), owner=this_process(), by=actor(), why=why,
        accept_gap=accept_gap, unnoticed=unnoticed,
    )  # fmt: skip
    print_result(counts, [format_counts("replayed", counts), "now run: ./registry night"], json_=json_)
