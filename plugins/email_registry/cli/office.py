"""The command that ends an office's registry."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json, business_day, on_date, without_address
from email_registry.cli.output import format_counts, print_result


@click.group()
def office() -> None:
    """The office's whole registry. `registry init` begins one."""


@office.command()
@click.option("--confirm", default="", metavar="NAME", help="Do it. The controller's name, as in the policy.")
@click.option("--why", default="", callback=without_address, help="The reason, for the audit. No addresses.")
@on_date
@as_json
def close(confirm: str, why: str, on: str | None, json_: bool) -> None:
    """End the registry: everybody off every list, everything deleted here, with a certificate. It cannot be undone.

    Without --confirm it says what there is to delete, and changes nothing.
    """
    from email_registry import onboarding
    from email_registry.audit import actor
    from email_registry.errors import ConfigurationError
    from email_registry.runs import this_process
    from email_registry.settings import policy

    if not confirm:
        counts = onboarding.count_everything()
        name = policy().office.controller.fi
        command = f'./registry office close --confirm "{name}" --why …'
        print_result(counts, [format_counts("to delete", counts), f"to do it: {command}"], json_=json_)
        return
    if not why:
        raise ConfigurationError("--why is missing: whoever ends a registry gives the reason, for the audit")
    result = onboarding.close(business_day(on), owner=this_process(), by=actor(), why=why, confirm=confirm)
    closed = {key: value for key, value in result.items() if key != "certificate"}
    print_result(result, [format_counts("closed", closed), f"certificate: {result['certificate']}"], json_=json_)
