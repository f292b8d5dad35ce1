"""Letters to the person, in Finnish or English, for printing; and the form by which a person asks.

A letter holds the address: it is given to whoever asked for it, and kept nowhere here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from jinja2 import Environment
from markupsafe import Markup

from email_registry.boundaries.templates import html_templates
from email_registry.rights.access import Holding, corrected_in
from email_registry.rights.cases import Case
from email_registry.settings import policy
from email_registry.settings.clock import HELSINKI

Language = Literal["fi", "en"]
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def letter(case: Case, holding: Holding, language: Language, on: date, screen: Markup | None = None) -> str:
    """What is answered, as a page. `holding`: of access what is held, of the others what was held before.

    `screen`: what whoever prints it reads above it; it is not printed.
    """
    rules = policy()
    return _render(
        f"{language}/{case.right_used}.html", language, case=case, held=holding, on=on, rights=rules.rights,
        office=rules.office, audiences=rules.audiences, retention=rules.retention, removed=case.relist, screen=screen,
        gone=_lists(case.gone, language), kept_on=_lists(case.kept_on, language),
        kept_on_for=kept_on_for(case, language),
        corrected=corrected_in(case, holding), webropol_until=_until(case), database_days=rules.backups.database_days,
    )  # fmt: skip


def _lists(names: Iterable[str], language: Language) -> list[str]:
    """By the policy's names; one that it has no more by its own."""
    targets = policy().targets
    return [getattr(targets[name].name, language) if name in targets else name for name in names]


def kept_on_for(case: Case, language: Language) -> str:
    """The audience that a joint list keeps the address for."""
    return ", ".join(getattr(rules.name, language) for name, rules in policy().audiences.items() if name != case.scope)


def form() -> str:
    """The request form for a person to print, fill in and sign."""
    rules = policy()
    return _render(
        "fi/form.html", "fi", rights=rules.rights, office=rules.office, audiences=rules.audiences, screen=None
    )


def _until(case: Case) -> date | None:
    """The last day that Webropol's backups hold what was taken off its lists."""
    if case.done_at is None:
        return None
    return case.done_at.astimezone(HELSINKI).date() + timedelta(days=policy().backups.webropol_days)


def _render(template: str, language: Language, **values: Any) -> str:
    return str(_letters().get_template(template).render(language=language, **values))


@lru_cache(maxsize=1)
def _letters() -> Environment:
    jinja = html_templates("letters")
    jinja.filters["fi"], jinja.filters["en"] = _finnish, _english
    return jinja


def _finnish(day: date | datetime | None) -> str:
    return f"{day.day}.{day.month}.{day.year}" if day else "–"


def _english(day: date | datetime | None) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else "–"
