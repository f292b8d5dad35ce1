"""The commands of what ends: expiry, old records, and what a restored database does not know."""

from __future__ import annotations

import click

from email_registry.cli.group import answer, as_json, cli, counted, given_date, on_date, tell, why
from email_registry.errors import Held, RegistryError


@cli.command()
@click.option("--dry-run", is_flag=True, help="Say how many are due, and what would wait; delete nothing.")
@on_date
@as_json
def expire(dry_run: bool, on: str | None, json_: bool) -> None:
    """Delete the addresses whose time has come, once they are off every list.

    More than the policy lets go without a word waits for `registry approve`. Each deletion leaves a certificate.
    """
    from dataclasses import asdict

    from email_registry import expire as expiring
    from email_registry.runs import this_process
    from email_registry.settings import policy

    results: dict[str, dict[str, object]] = {}
    failures: list[RegistryError] = []
    day = given_date(on)
    for audience in policy().audiences:
        try:
            if dry_run:
                plan = asdict(expiring.plan_expiry(audience, day))
                results[audience] = {key: value for key, value in plan.items() if key not in ("id", "audience")}
            else:
                results[audience] = dict(expiring.expire(audience, day, owner=this_process()))
            alarms = expiring.alarms(audience, day)
            failures += [Held("; ".join(alarms), runbook="expiry-alarm")] if alarms and not dry_run else []
        except RegistryError as error:
            failures.append(error)
            tell(str(error))
    answer(results, [counted(audience, counts) for audience, counts in results.items()], json_=json_)
    if failures:
        raise failures[0]


@cli.command()
@on_date
@as_json
def clear(on: str | None, json_: bool) -> None:
    """Delete what the policy keeps no longer: runs, plans, proofs, reports, sheets, suppressions that have ended."""
    from email_registry import expire as expiring
    from email_registry.runs import this_process

    counts = expiring.clear_records(given_date(on), owner=this_process())
    answer(counts, [counted("deleted", counts)], json_=json_)


@cli.command()
@click.option("--backup-taken", required=True, metavar="YYYY-MM-DD", help="The day on which the backup was taken.")
@click.option("--accept-gap", is_flag=True, help="Although the journal begins after it; see the runbook.")
@click.option("--unnoticed", is_flag=True, help="Although no anchor shows that a backup was restored.")
@why
@on_date
@as_json
def restored(backup_taken: str, accept_gap: bool, unnoticed: bool, why: str, on: str | None, json_: bool) -> None:
    """Say that the database was restored from a backup: what happened since is done again, before anything else may be.

    Who was deleted is deleted, who was suppressed or left is suppressed, who was absent is absent. Then play a night:
    lists are synced once it is loaded.
    """
    from email_registry import restore
    from email_registry.audit.events import actor
    from email_registry.runs import this_process

    taken, day = given_date(backup_taken, believed=False), given_date(on, believed=False)
    counts = restore.replay(
        taken, day, owner=this_process(), by=actor(), why=why, accept_gap=accept_gap, unnoticed=unnoticed
    )
    answer(counts, [counted("replayed", counts), "now run: ./registry night"], json_=json_)
