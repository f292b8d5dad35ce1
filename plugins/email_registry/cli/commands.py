"""The commands. Each parses, calls one function of a room, and prints what it gives.

Each imports what it runs by itself: `--help` starts in a moment.
"""

from __future__ import annotations

from datetime import date

import click

from email_registry.cli.group import answer, answered, as_json, cli, counted, on_date, tell
from email_registry.errors import ConfigurationError, Held, RegistryError


def _date(text: str | None) -> date:
    from email_registry.settings import business_date

    try:
        return business_date(text)
    except ValueError:
        pass
    raise ConfigurationError("--date must be a day that exists, as YYYY-MM-DD")


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

    loaded = play(_date(on), owner=this_process(), tell=tell)
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

    proof = read_through(source, _date(on), way)
    answer({**asdict(proof), "complete": proof.complete}, proof_table(proof), json_=json_)
    if proof.reason is not None:
        answered()
        raise SourceFailed(proof.reason)


@cli.command()
@click.option(
    "--target", "names", multiple=True, metavar="T", help="Only this target; may be given again. All unless given."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done and what would wait; change nothing.")
@on_date
@as_json
def sync(names: tuple[str, ...], dry_run: bool, on: str | None, json_: bool) -> None:
    """Make Webropol's lists equal to the registry, and read them back.

    Removals or additions above the policy's thresholds wait for `registry approve`; the rest goes on.
    """
    from email_registry.runs import this_process
    from email_registry.settings import policy

    unknown = [name for name in names if name not in policy().targets]
    if unknown:
        raise ConfigurationError(f"no target is called {unknown[0]}; the policy has {', '.join(policy().targets)}")
    results, failures = [], []
    for name in names or tuple(policy().targets):
        try:
            results.append(_sync_one(name, _date(on), this_process(), dry_run=dry_run))
        except RegistryError as error:
            failures.append(error)
            tell(str(error))
    lines = [_sync_line(result) for result in results]
    answer(results, lines, json_=json_)
    if failures:
        raise failures[0]
    waiting = [result for result in results if result["held"] and not dry_run]
    if waiting:
        raise Held(f"plan {waiting[0]['plan']} waits: {waiting[0]['reason']}", runbook="approval")


def _sync_one(name: str, on: date, owner: str, *, dry_run: bool) -> dict[str, object]:
    from email_registry import sync as syncing

    tell(f"read and plan {name}")
    plan = syncing.make_plan(name, on, owner=owner, dry_run=dry_run)
    result: dict[str, object] = {
        "target": name, "plan": plan.id, "counts": dict(plan.counts), "held": list(plan.held), "reason": plan.reason
    }  # fmt: skip
    if plan.id is not None:
        tell(f"apply and read back {name}")
        done = syncing.apply(plan.id)
        result["done"] = dict(syncing.read_back(plan.id, done, owner=owner))
    return result


def _sync_line(result: dict[str, object]) -> str:
    done = result.get("done")
    if isinstance(done, dict):
        keys = ("added", "removed", "listed", "verified")
        text = counted(str(result["target"]), {key: done[key] for key in keys if key in done})
    else:
        counts = result["counts"]
        text = "would do " + counted(str(result["target"]), counts if isinstance(counts, dict) else {})
    return text + (f"; waits: {result['reason']}" if result["held"] else "")


@cli.command()
@click.argument("plan", type=int)
@click.option("--refuse", is_flag=True, help="Refuse it: nothing of what waits is done.")
@click.option("--why", required=True, help="The reason, for the audit. No addresses.")
@as_json
def approve(plan: int, refuse: bool, why: str, json_: bool) -> None:
    """Decide about a PLAN that waits (`registry status` names it), and do it if approved.

    What has meanwhile come back is not removed; nobody is touched who is not in the plan.
    """
    from email_registry import sync as syncing
    from email_registry.audit.events import actor
    from email_registry.runs import this_process

    if "@" in why:
        raise ConfigurationError("--why holds what looks like an address; give the reason without it")
    syncing.decide(plan, "refused" if refuse else "approved", by=actor(), why=why)
    done = {} if refuse else syncing.apply_approved(plan, owner=this_process())
    answer(
        {"plan": plan, "done": dict(done)},
        [counted(f"plan {plan}", done) if done else f"plan {plan}: refused"],
        json_=json_,
    )


@cli.command()
@click.option("--dry-run", is_flag=True, help="Say how many are due; delete nothing.")
@on_date
@as_json
def expire(dry_run: bool, on: str | None, json_: bool) -> None:
    """Delete the addresses whose time has come, once they are off every list."""
    from dataclasses import asdict

    from email_registry import expire as expiring
    from email_registry.runs import this_process
    from email_registry.settings import policy

    results: dict[str, dict[str, object]] = {}
    for audience in policy().audiences:
        if dry_run:
            results[audience] = asdict(expiring.plan_expiry(audience, _date(on)))
        else:
            results[audience] = dict(expiring.expire(audience, _date(on), owner=this_process()))
    answer(results, [counted(audience, counts) for audience, counts in results.items()], json_=json_)


@cli.command()
@as_json
def status(json_: bool) -> None:
    """The last night, the lists and the registry, in counts."""
    from email_registry.cli.tables import tables
    from email_registry.report import status as read_status

    found = read_status()
    answer(found, tables(found), json_=json_)


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
