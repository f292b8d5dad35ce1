"""Letters to the person, in Finnish or English, for printing; and the form by which a person asks.

A letter contains the address. It is returned to the caller, and stored nowhere here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from jinja2 import Environment
from markupsafe import Markup

from email_registry.boundaries.templates import finnish_day, html_templates
from email_registry.rights.access import StoredData, correct_in
from email_registry.rights.cases import Case
from email_registry.settings import policy
from email_registry.settings.clock import HELSINKI

Language = Literal["fi", "en"]
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def render_letter(case: Case, data: StoredData, language: Language, on: date, screen: Markup | None = None) -> str:
    """Render the answer to a request as a page.

    `data`: for access what is stored, for the other rights what was stored before the act. `screen`: what the officer
    reads above the letter; it is not printed.
    """
    rules = policy()
    return _render(
        f"{language}/{case.right_used}.html", language, case=case, data=data, on=on, rights=rules.rights,
        office=rules.office, audiences=rules.audiences, retention=rules.retention, removed=case.relist, screen=screen,
        confirmed_off=_list_names(case.confirmed_off, language), kept_on=_list_names(case.kept_on, language),
        kept_on_for=kept_on_for(case, language), correct_in=correct_in(case, data),
        webropol_until=_last_webropol_day(case), database_days=rules.backups.database_days,
    )  # fmt: skip


def _list_names(names: Iterable[str], language: Language) -> list[str]:
    """Return the policy's names of lists. A list that the policy does not have any more keeps its key as its name."""
    targets = policy().targets
    return [getattr(targets[name].name, language) if name in targets else name for name in names]


def kept_on_for(case: Case, language: Language) -> str:
    """Return the names of the audiences for which a joint list keeps the address."""
    return ", ".join(getattr(rules.name, language) for name, rules in policy().audiences.items() if name != case.scope)


def render_form() -> str:
    """Render the request form for a person to print, fill in and sign."""
    rules = policy()
    return _render(
        "fi/form.html", "fi", rights=rules.rights, office=rules.office, audiences=rules.audiences, screen=None
    )


def _last_webropol_day(case: Case) -> date | None:
    """Return the last day on which Webropol's backups contain what was taken off its lists."""
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
    return finnish_day(day) if day else "–"


def _english(day: date | datetime | None) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else "–"
