"""The page of persons' rights as HTML: the form, the open cases, and what is read above a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from email_registry import rights
from email_registry.boundaries.templates import html_templates
from email_registry.errors import RegistryError
from email_registry.rights import Language
from email_registry.rights.cases import RIGHTS, audiences_of
from email_registry.settings import business_date, policy
from registry_airflow.rights_acts import Told
from registry_airflow.rights_form import Asked, Fields


@dataclass(frozen=True)
class Said:
    """What is said above the form. `done`: of a case that went well; `detail`: lines of the domain, in English."""

    text: str
    done: bool = False
    detail: Sequence[str] = ()
    waiting: Mapping[str, str] = field(default_factory=dict)


def page(language: Language, token: str, said: Said | None = None, fields: Fields | None = None) -> str:
    """The form, as it was where `fields` are given, and the open cases."""
    today = business_date(None)
    cases: list[dict[str, Any]] = []
    problem = ""
    try:
        cases = [
            {**row, "targets": _targets(row["scope"]), "sources": rights.still_in(row["right"], row["brought"])}
            for row in rights.due(today)
        ]
    except RegistryError as error:
        problem = str(error)
    kept = (fields or Fields()).kept()
    return _pages().get_template("rights.html").render(
        language=language, token=token, said=said, cases=cases, problem=problem, today=today, rights=RIGHTS,
        kept=kept | {"received": kept["received"] or today.isoformat()},
        controller=getattr(policy().office.controller, language),
        audiences=_named(policy().audiences, language), targets=_named(policy().targets, language),
    )  # fmt: skip


def letter(asked: Asked, told: Told, language: Language, on: date) -> str:
    """The letter to print, and above it, on the screen alone, what the officer has to know."""
    assert told.before is not None  # noqa: S101  a letter is of what was done
    above = _pages().get_template("rights_done.html").render(
        language=language, case=told.case, remove=asked.remove, targets=_named(policy().targets, language),
        audiences=_named(policy().audiences, language), kept_on_for=rights.kept_on_for(told.case, language),
        sources=rights.still_in(told.case.right_used, told.case.brought),
    )  # fmt: skip
    return rights.letter(told.case, told.before, asked.letter, on, Markup(above))  # noqa: S704  escaped by its template


def _targets(scope: str) -> list[str]:
    """The lists that a case of this scope has to be seen off."""
    return [name for name, target in policy().targets.items() if set(target.audiences) & set(audiences_of(scope))]


def _named(these: Mapping[str, Any], language: Language) -> dict[str, str]:
    return {name: getattr(each.name, language) for name, each in these.items()}


@lru_cache(maxsize=1)
def _pages() -> Environment:
    pages = html_templates("pages")
    pages.filters["day"] = lambda day: f"{day.day}.{day.month}.{day.year}"
    return pages
