"""The page of persons' rights as HTML: the form, the open cases, and what is read above a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from markupsafe import Markup

from email_registry import rights
from email_registry.boundaries.templates import html_templates
from email_registry.errors import RegistryError
from email_registry.rights import RIGHTS, Language, audiences_of
from email_registry.settings import business_date, policy
from registry_airflow.rights_acts import Answer
from registry_airflow.rights_form import Fields, FormRequest


@dataclass(frozen=True)
class Notice:
    """What stands above the form. `done`: a case went well. `detail`: lines of the domain, in English."""

    text: str
    done: bool = False
    detail: Sequence[str] = ()
    waiting: Mapping[str, str] = field(default_factory=dict)


def page(language: Language, token: str, notice: Notice | None = None, fields: Fields | None = None) -> str:
    """Return the page with the form and the open cases. With `fields`, the form shows their values again."""
    today = business_date(None)
    cases: list[dict[str, Any]] = []
    problem = ""
    try:
        cases = [
            {**row, "targets": _targets(row["scope"]), "sources": rights.delete_also_in(row["right"], row["brought"])}
            for row in rights.open_cases(today)
        ]
    except RegistryError as error:
        problem = str(error)
    values = (fields or Fields()).shown_again()
    return html_templates("pages").get_template("rights.html").render(
        language=language, token=token, notice=notice, cases=cases, problem=problem, today=today, rights=RIGHTS,
        values=values | {"received": values["received"] or today.isoformat()},
        controller=getattr(policy().office.controller, language),
        audiences=_named(policy().audiences, language), targets=_named(policy().targets, language),
    )  # fmt: skip


def letter(form: FormRequest, answer: Answer, language: Language, on: date) -> str:
    """Return the letter to print. Above it stands, on the screen only, what the officer has to know."""
    assert answer.before is not None  # noqa: S101  only an act has a letter
    above = html_templates("pages").get_template("rights_done.html").render(
        language=language, case=answer.case, remove=form.remove, targets=_named(policy().targets, language),
        audiences=_named(policy().audiences, language), kept_on_for=rights.kept_on_for(answer.case, language),
        sources=rights.delete_also_in(answer.case.right_used, answer.case.brought),
    )  # fmt: skip
    return rights.render_letter(answer.case, answer.before, form.letter, on, Markup(above))  # noqa: S704  escaped by its template


def _targets(scope: str) -> list[str]:
    """Return the lists that a case of this scope must be off."""
    return [name for name, target in policy().targets.items() if set(target.audiences) & set(audiences_of(scope))]


def _named(parts: Mapping[str, Any], language: Language) -> dict[str, str]:
    return {name: getattr(each.name, language) for name, each in parts.items()}
