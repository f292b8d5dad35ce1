"""`registry expire`: what is due is deleted."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json, business_day, on_date
from email_registry.cli.output import format_counts, print_progress, print_result
from email_registry.errors import Held, RegistryError


@click.command()
@click.option("--dry-run", is_flag=True, help="Say how many are due, and what would wait; delete nothing.")
@on_date
@as_json
def expire(dry_run: bool, on: str | None, json_: bool) -> None:
    """Delete the addresses that are due, once they are off every list.

    More deletions than the policy's limit wait for `registry plan approve`. Each deletion leaves a certificate.
    """
    from dataclasses import asdict

    from email_registry import expire as expiry
    from email_registry.runs import this_process
    from email_registry.settings import policy

    results: dict[str, dict[str, object]] = {}
    failures: list[RegistryError] = []
    day = business_day(on)
    for audience in policy().audiences:
        try:
            if dry_run:
                plan = asdict(expiry.plan_expiry(audience, day))
                results[audience] = {key: value for key, value in plan.items() if key not in ("id", "audience")}
            else:
                results[audience] = dict(expiry.expire(audience, day, owner=this_process()))
            alarms = expiry.alarms(audience, day)
            failures += [Held("; ".join(alarms), runbook="expiry-alarm")] if alarms and not dry_run else []
        except RegistryError as error:
            failures.append(error)
            print_progress(str(error))
    print_result(results, [format_counts(audience, counts) for audience, counts in results.items()], json_=json_)
    if failures:
        raise failures[0]
