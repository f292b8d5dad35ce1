"""The commands of Webropol's lists. Each parses, calls one function of `sync`, and prints what it gives."""

from __future__ import annotations

from datetime import date

import click

from email_registry.cli.group import answer, as_json, cli, counted, given_date, on_date, tell, why, without_address
from email_registry.errors import ConfigurationError, Held, RegistryError


@cli.command()
@click.option(
    "--target", "names", multiple=True, metavar="T", help="Only this target; may be given again. All unless given."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done and what would wait; change nothing.")
@click.option("--reason", default="", callback=without_address, help="Why by hand, for the audit. No addresses.")
@on_date
@as_json
def sync(names: tuple[str, ...], dry_run: bool, reason: str, on: str | None, json_: bool) -> None:
    """Make Webropol's lists equal to the registry, and read them back.

    Removals or additions above the policy's thresholds wait for `registry approve`; the rest goes on. A list that is
    kept by sheets gets new ones, for a person to import.
    """
    from email_registry.runs import this_process
    from email_registry.settings import policy

    unknown = [name for name in names if name not in policy().targets]
    if unknown:
        raise ConfigurationError(f"no target is called {unknown[0]}; the policy has {', '.join(policy().targets)}")
    results, failures, day = [], [], given_date(on)
    for name in names or tuple(policy().targets):
        try:
            results.append(_sync_one(name, day, this_process(), dry_run=dry_run, reason=reason))
        except RegistryError as error:
            failures.append(error)
            tell(str(error))
    answer(results, [_sync_line(result) for result in results], json_=json_)
    if failures:
        raise failures[0]
    waiting = [result for result in results if result["held"] and result["plan"] is not None]
    if waiting:
        raise Held(f"plan {waiting[0]['plan']} waits: {waiting[0]['reason']}", runbook="approval")


def _sync_one(name: str, on: date, owner: str, *, dry_run: bool, reason: str) -> dict[str, object]:
    from email_registry import sync as syncing

    tell(f"read and plan {name}")
    plan = syncing.make_plan(name, on, owner=owner, dry_run=dry_run, why=reason)
    result: dict[str, object] = {
        "target": name, "plan": plan.id, "counts": dict(plan.counts), "held": list(plan.held), "reason": plan.reason,
        "observed": plan.observed,
    }  # fmt: skip
    if plan.id is not None:
        tell(f"apply and read back {name}")
        done = syncing.apply(plan.id)
        result["done"] = dict(syncing.read_back(plan.id, done, owner=owner))
    return result


def _sync_line(result: dict[str, object]) -> str:
    done = result.get("done")
    if isinstance(done, dict):
        keys = ("added", "removed", "refused", "listed", "delivered", "frozen", "verified")
        text = counted(str(result["target"]), {key: done[key] for key in keys if key in done})
    else:
        counts = result["counts"]
        idle = "observed, nothing is delivered; " if result["observed"] else ""
        text = f"{idle}would do " + counted(str(result["target"]), counts if isinstance(counts, dict) else {})
    return text + (f"; waits: {result['reason']}" if result["held"] else "")


@cli.command()
@click.argument("plan", type=int)
@click.option("--refuse", is_flag=True, help="Refuse it: nothing of what waits is done.")
@click.option(
    "--reset",
    "choice",
    type=click.Choice(["republish", "left"]),
    help="Of a list that lost its members: fill it again, or all of them asked to go.",
)
@why
@as_json
def approve(plan: int, refuse: bool, choice: str | None, why: str, json_: bool) -> None:
    """Decide about a PLAN that waits (`registry status` names it), a list's or a deletion's, and do it if approved.

    What has meanwhile come back is not removed; nobody is touched who is not in the plan.
    """
    from email_registry import expire as expiring
    from email_registry import plans
    from email_registry import sync as syncing
    from email_registry.audit.events import actor
    from email_registry.runs import this_process

    plans.decide(plan, "refused" if refuse else "approved", by=actor(), why=why, choice=choice)  # type: ignore[arg-type]
    act = expiring.delete if expiring.is_expiry(plan) else syncing.apply_approved
    done = {} if refuse else act(plan, owner=this_process())
    line = counted(f"plan {plan}", done) if done else f"plan {plan}: refused"
    answer({"plan": plan, "done": dict(done)}, [line], json_=json_)


@cli.command()
@click.argument("target")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day of it.")
@click.option("--thaw", is_flag=True, help="End it now.")
@why
@on_date
@as_json
def freeze(target: str, until: str | None, thaw: bool, why: str, on: str | None, json_: bool) -> None:
    """Let a TARGET stand still for additions while a bulletin is being sent from it.

    Objections and departures still go out. After the last day, or `--thaw`, the next sync adds who waited.
    """
    from email_registry import lists
    from email_registry.audit.events import actor

    if thaw:
        lists.thaw(target, by=actor(), why=why)
        answer({"target": target, "frozen": False}, [f"{target}: additions go on with the next sync"], json_=json_)
        return
    if until is None:
        raise ConfigurationError("give --until, the last day on which nobody is added, or --thaw")
    last = given_date(until)
    lists.freeze(target, given_date(on, believed=False), last, by=actor(), why=why)
    answer({"target": target, "frozen": True, "until": last}, [f"{target}: nobody is added up to {last}"], json_=json_)


@cli.command()
@click.argument("target")
@click.option("--never", is_flag=True, help="They were not and will not be: withdraw them.")
@as_json
def imported(target: str, never: bool, json_: bool) -> None:
    """Say that the sheets of a TARGET were imported at Webropol, all of them, just now.

    They are deleted here. Then put an export of the list into the target's folder `in`: only that shows that it is so.
    """
    from email_registry import deliveries
    from email_registry.audit.events import actor

    note = deliveries.withdraw_sheets if never else deliveries.mark_imported
    counts = note(target, by=actor())
    answer(
        {"target": target, **counts},
        [counted(f"{target}: {'withdrawn' if never else 'imported'}", counts)],
        json_=json_,
    )


@cli.command()
@click.argument("target")
@why
@as_json
def emptied(target: str, why: str, json_: bool) -> None:
    """Say that a TARGET was emptied at Webropol (its survey was reset): nobody left, and all of it is due again."""
    from email_registry import deliveries
    from email_registry.audit.events import actor

    deliveries.note_emptied(target, by=actor(), why=why)
    answer({"target": target}, [f"{target}: the next sync fills it again"], json_=json_)


@cli.command()
@click.option("--accept", metavar="DIGEST", help="Read this export although it names so many; the message gave it.")
@on_date
@as_json
def leavers(accept: str | None, on: str | None, json_: bool) -> None:
    """Suppress who said no at Webropol: answers to the survey, and exports in the folder `leavers`.

    `do-not-contact*.xlsx` or `.csv`, and `invalid*`. They are deleted once they are read.
    """
    from email_registry import unsubscribes
    from email_registry.runs import this_process

    counts = unsubscribes.read_leavers(given_date(on), owner=this_process(), accept=accept)
    answer(counts, [counted("leavers", counts)], json_=json_)
