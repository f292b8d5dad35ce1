"""Shell completion of ids and names. It never fails and never offers an address, whatever is not reachable.

A shell shows whatever a completion prints in the middle of the line that a person types, so every error ends in an
empty list. A database that does not answer is given up after `SECONDS_TO_CONNECT`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

SECONDS_TO_CONNECT = "2"

Candidates = Iterable[tuple[str, str]]
Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completion(find: Callable[[click.Context], Candidates]) -> Completion:
    """What click asks for: `find` gives each candidate with a word of help."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        os.environ.setdefault("PGCONNECT_TIMEOUT", SECONDS_TO_CONNECT)
        try:
            candidates = list(find(context))
        except Exception:
            return []
        return [
            CompletionItem(value, help=text)
            for value, text in candidates
            if value.startswith(incomplete) and "@" not in value + text
        ]

    return complete


def _list_names(_: click.Context) -> Candidates:
    from email_registry.settings import policy

    return [(name, target.name.en) for name, target in policy().targets.items()]


def _source_names(_: click.Context) -> Candidates:
    from email_registry.settings import policy

    return [(name, source.system) for name, source in policy().sources.items()]


def _ways(context: click.Context) -> Candidates:
    from email_registry.settings import policy

    # An option that lacks its value ends click's parsing before the arguments (8.3): they are in `args` then.
    source = context.params.get("source") or context.args[0]
    return [(way, "") for way in policy().sources[source].ways]


def _plan_ids(_: click.Context) -> Candidates:
    from email_registry import plans

    return [(str(plan.id), plan.subject) for plan in plans.open_plans()]


def _case_numbers(_: click.Context) -> Candidates:
    return [(number, right) for _, number, right in _open_cases()]


def _case_ids(_: click.Context) -> Candidates:
    return [(case_id, f"{number} {right}") for case_id, number, right in _open_cases()]


def _open_cases() -> list[tuple[str, str, str]]:
    from email_registry import rights
    from email_registry.settings import business_date

    return [(str(row["id"]), row["case"], row["right"]) for row in rights.open_cases(business_date(None))]


list_names = _completion(_list_names)
source_names = _completion(_source_names)
ways = _completion(_ways)
plan_ids = _completion(_plan_ids)
case_numbers = _completion(_case_numbers)
case_ids = _completion(_case_ids)
