"""The group of the audit: whether it is as it was written."""

from __future__ import annotations

import click

from email_registry.cli.options import as_json
from email_registry.cli.output import keep_printed_result, print_result


@click.group()
def audit() -> None:
    """What was done, by whom and when: a chain of events that nobody can edit unnoticed."""


@audit.command()
@as_json
def verify(json_: bool) -> None:
    """Read every event, and compare the chain with itself and with the heads outside the database.

    Names the first event that is not as it was written; then the exit code is 3. Nothing is changed.
    """
    from dataclasses import asdict

    from email_registry.audit import verify as run_verify

    found = run_verify()
    broken = {"event": found.broken.event, "why": found.broken.why} if found.broken else None
    lines = [
        f"{found.events} events read, {found.first} to {found.last}",
        _anchored(found.anchored_up_to, found.beyond),
    ]
    if found.closed_up_to:
        lines.append(f"years that ended took the events up to {found.closed_up_to}; the chain goes on from their head")
    if found.mailed_up_to:
        lines.append(f"heads were mailed up to event {found.mailed_up_to}")
    lines.append("NOT WHOLE" if found.broken else "whole")
    print_result({**asdict(found), "broken": broken}, lines, json_=json_)
    if found.problem is not None:
        keep_printed_result()
        raise found.problem


def _anchored(up_to: int, beyond: int) -> str:
    if not up_to:
        return "no head was ever written outside the database: nothing but the chain itself speaks for it"
    return f"held to the heads outside the database up to event {up_to}; {beyond} events lie beyond"
