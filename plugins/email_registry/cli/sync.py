"""`registry sync`: Webropol's lists are made equal to the registry."""

from __future__ import annotations

from datetime import date

import click

from email_registry.cli import completion
from email_registry.cli.options import as_json, business_day, on_date, without_address
from email_registry.cli.output import format_counts, print_progress, print_result
from email_registry.errors import ConfigurationError, Held, RegistryError


@click.command()
@click.option(
    "--target",
    "names",
    multiple=True,
    metavar="LIST",
    shell_complete=completion.list_names,
    help="Only this list; may be given again. All lists unless given.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done and what would wait; change nothing.")
@click.option("--reason", default="", callback=without_address, help="Why by hand, for the audit. No addresses.")
@on_date
@as_json
def sync(names: tuple[str, ...], dry_run: bool, reason: str, on: str | None, json_: bool) -> None:
    """Make Webropol's lists equal to the registry, and read them back.

    Removals or additions above the policy's limits wait for `registry plan approve`; the rest goes on. A list that is
    kept by sheets gets new sheets, for a person to import.
    """
    from email_registry.runs import this_process
    from email_registry.settings import policy

    unknown = [name for name in names if name not in policy().targets]
    if unknown:
        raise ConfigurationError(f"no target is called {unknown[0]}; the policy has {', '.join(policy().targets)}")
    results, failures, day = [], [], business_day(on)
    for name in names or tuple(policy().targets):
        try:
            results.append(_sync_list(name, day, this_process(), dry_run=dry_run, reason=reason))
        except RegistryError as error:
            failures.append(error)
            print_progress(str(error))
    print_result(results, [_line(result) for result in results], json_=json_)
    if failures:
        raise failures[0]
    waiting = [result for result in results if result["waiting"] and result["plan"] is not None]
    if waiting:
        raise Held(f"plan {waiting[0]['plan']} waits: {waiting[0]['reason']}", runbook="approval")


def _sync_list(name: str, on: date, owner: str, *, dry_run: bool, reason: str) -> dict[str, object]:
    from email_registry import sync as syncing

    print_progress(f"read and plan {name}")
    plan = syncing.make_plan(name, on, owner=owner, dry_run=dry_run, why=reason)
    result: dict[str, object] = {
        "target": name,
        "plan": plan.id,
        "counts": dict(plan.counts),
        "waiting": list(plan.waiting),
        "reason": plan.reason,
        "observed": plan.observed,
    }
    if plan.id is not None:
        print_progress(f"apply and read back {name}")
        done = syncing.apply(plan.id)
        result["done"] = dict(syncing.read_back(plan.id, done, owner=owner))
    return result


def _line(result: dict[str, object]) -> str:
    done = result.get("done")
    if isinstance(done, dict):
        keys = ("added", "removed", "refused", "listed", "delivered", "frozen", "verified")
        text = format_counts(str(result["target"]), {key: done[key] for key in keys if key in done})
    else:
        counts = result["counts"]
        prefix = "observed, nothing is delivered; " if result["observed"] else ""
        text = f"{prefix}would do " + format_counts(str(result["target"]), counts if isinstance(counts, dict) else {})
    return text + (f"; waits: {result['reason']}" if result["waiting"] else "")
