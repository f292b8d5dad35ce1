"""How an office arrives and goes: observe, adopt, pilot, live; retreat, close."""

from __future__ import annotations

import click

from email_registry.cli.group import answer, as_json, cli, counted, given_date, on_date, tell, why, without_address


@cli.command()
@click.argument("target")
@why
@as_json
def observe(target: str, why: str, json_: bool) -> None:
    """Deliver nothing to a TARGET from now on; every sync says what it would have done. A list begins so."""
    from email_registry import onboarding
    from email_registry.audit.events import actor

    onboarding.observe(target, by=actor(), why=why)
    lines = [f"{target}: observed; nothing is delivered", *_next(target)]
    answer({"target": target, "stage": "observed", "missing": onboarding.check_steps(target)}, lines, json_=json_)


@cli.command()
@click.argument("target")
@click.option("--none-left", is_flag=True, help="Sign that nobody had left it before: those withheld may be added.")
@click.option("--why", default="", callback=without_address, help="The reason of --none-left. No addresses.")
@on_date
@as_json
def adopt(target: str, none_left: bool, why: str, on: str | None, json_: bool) -> None:
    """Take over a TARGET that people kept by hand. Nobody is added or removed by it.

    In both: ours from now on. On the list only: kept, and counted. In the registry only: they may have left it
    earlier, and are not added until a Do-Not-Contact export was read (`./registry leavers`), or --none-left signed.
    """
    from email_registry import onboarding
    from email_registry.audit.events import actor
    from email_registry.errors import ConfigurationError
    from email_registry.runs import this_process

    if none_left and not why:
        raise ConfigurationError("--none-left needs --why: it is signed, and goes to the audit")
    if none_left:
        counts = onboarding.sign_none_left(target, by=actor(), why=why)
        line = f"{target}: signed that nobody had left it; all may be added"
    else:
        tell(f"read {target} and compare")
        counts = onboarding.adopt(target, given_date(on), owner=this_process())
        line = counted(f"{target}: adopted", counts)
    missing = onboarding.check_steps(target)
    answer({"target": target, **counts, "missing": missing}, [line, *_next(target)], json_=json_)


@cli.command()
@on_date
@as_json
def pilot(on: str | None, json_: bool) -> None:
    """Bring the list of staff level, with another one of them left out each day."""
    from email_registry import onboarding
    from email_registry.runs import this_process

    counts = onboarding.pilot(given_date(on), owner=this_process())
    answer(counts, [counted("pilot", counts)], json_=json_)


@cli.command()
@click.argument("target")
@click.option("--check", is_flag=True, help="Say what is missing; change nothing.")
@click.option("--why", default="", callback=without_address, help="The reason, for the audit. No addresses.")
@as_json
def live(target: str, check: bool, why: str, json_: bool) -> None:
    """Let a TARGET go live, once it was observed, adopted and piloted: the next sync delivers to it."""
    from email_registry import onboarding
    from email_registry.audit.events import actor
    from email_registry.errors import ConfigurationError

    if check:
        answer({"target": target, "missing": onboarding.check_steps(target)}, _next(target), json_=json_)
        return
    if not why:
        raise ConfigurationError("--why is missing: who lets a list go live says why, for the audit")
    moved = onboarding.go_live(target, by=actor(), why=why)
    answer(moved, [f"{target}: live. Next: ./registry sync --target {target} --dry-run, then without"], json_=json_)


@cli.command()
@click.argument("target")
@click.option("--taken", is_flag=True, help="A person has the sheet: delete it here.")
@click.option("--why", default="", callback=without_address, help="The reason, for the audit. No addresses.")
@on_date
@as_json
def retreat(target: str, taken: bool, why: str, on: str | None, json_: bool) -> None:
    """Give a TARGET back to people's hands: its last verified list as a sheet, and no more deliveries."""
    from email_registry import onboarding
    from email_registry.audit.events import actor
    from email_registry.errors import ConfigurationError

    if taken:
        counts = onboarding.note_sheet_taken(target)
        answer({"target": target, **counts}, [counted(target, counts)], json_=json_)
        return
    if not why:
        raise ConfigurationError("--why is missing: who gives a list back says why, for the audit")
    done = onboarding.hand_back(target, given_date(on, believed=False), by=actor(), why=why)
    lines = [
        f"{target}: {done['rows']} addresses in {done['sheet']}",
        f"take it to where the list is kept, then: ./registry retreat {target} --taken",
        f"to come back: ./registry observe {target} --why …, then adopt it again",
    ]
    answer(done, lines, json_=json_)


@cli.command()
@click.option("--confirm", default="", metavar="NAME", help="The controller's name, as in the policy: do it.")
@click.option("--why", default="", callback=without_address, help="The reason, for the audit. No addresses.")
@on_date
@as_json
def close(confirm: str, why: str, on: str | None, json_: bool) -> None:
    """End the registry: everybody off every list, everything deleted here, with a certificate. It cannot be undone.

    Without --confirm it says what there is to delete, and changes nothing.
    """
    from email_registry import onboarding
    from email_registry.audit.events import actor
    from email_registry.errors import ConfigurationError
    from email_registry.runs import this_process
    from email_registry.settings import policy

    if not confirm:
        counts = onboarding.count_everything()
        name = policy().office.controller.fi
        lines = [counted("to delete", counts), f'to do it: ./registry close --confirm "{name}" --why …']
        answer(counts, lines, json_=json_)
        return
    if not why:
        raise ConfigurationError("--why is missing: who ends a registry says why, for the audit")
    done = onboarding.close(given_date(on), owner=this_process(), by=actor(), why=why, confirm=confirm)
    told = {key: value for key, value in done.items() if key != "certificate"}
    answer(done, [counted("closed", told), f"certificate: {done['certificate']}"], json_=json_)


def _next(target: str) -> list[str]:
    from email_registry import onboarding

    missing = onboarding.check_steps(target)
    return [f"next: {what}" for what in missing] or [f"next: ./registry live {target} --why …"]
