"""Ask a person questions, and check each answer at once. The person is told why we ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

import click

from email_registry.office.safety import why_private

T = TypeVar("T")
Rule = Callable[[str], str | None]  # returns why an answer is not accepted, or None


def why(*lines: str) -> None:
    """Print what the next questions are for. Like the questions, it goes to standard error."""
    click.echo(err=True)
    for line in lines:
        click.secho(line, err=True, dim=True)


def text(question: str, default: str | None = None, *, rule: Rule | None = None, staff: Sequence[str] = ()) -> str:
    """Ask for one line that is not empty. It may hold an address only of the domains in `staff`."""

    def parse(answer: str) -> str:
        answer = answer.strip()
        if not answer:
            raise click.BadParameter("an answer is needed")
        _check_answer(answer, rule, staff)
        return answer

    return _asked(question, default, parse)


def optional(question: str, *, rule: Rule | None = None) -> str | None:
    """Ask for one line, which may be empty. Returns None when it is."""

    def parse(answer: str) -> str:
        if answer.strip():
            _check_answer(answer.strip(), rule)
        return answer.strip()

    return _asked(f"{question} (empty: none)", "", parse) or None


def both(question: str, default: tuple[str, str] = ("", ""), *, staff: Sequence[str] = ()) -> dict[str, str]:
    """Ask for a text in Finnish and for the same text in English."""
    return {
        language: text(f"{question}, {name}", known or None, staff=staff)
        for language, name, known in (("fi", "in Finnish", default[0]), ("en", "in English", default[1]))
    }


def number(question: str, default: float, least: float, most: float) -> float | int:
    """Ask for a number within the bounds. It has to be a whole number if both bounds are."""
    whole = isinstance(least, int) and isinstance(most, int)

    def parse(answer: str) -> float | int:
        try:
            found = int(answer) if whole else float(answer.replace(",", "."))
        except ValueError:
            raise click.BadParameter(f"a {'whole ' if whole else ''}number is needed") from None
        if not least <= found <= most:
            raise click.BadParameter(f"from {least} to {most}")
        return found

    return _asked(question, str(default), parse)


def one_of(question: str, choices: Sequence[str], default: str) -> str:
    """Ask for one of the choices."""
    return str(click.prompt(question, default=default, type=click.Choice(choices), err=True))


def several(
    question: str, default: str | None = None, *, rule: Rule | None = None, staff: Sequence[str] = (), least: int = 1
) -> list[str]:
    """Ask for words with commas between them, none of them twice. They may be addresses of the domains in `staff`."""

    def parse(answer: str) -> list[str]:
        found = [part.strip() for part in answer.split(",") if part.strip()]
        if len(found) < least or len({part.casefold() for part in found}) != len(found):
            raise click.BadParameter(f"at least {least}, none twice, with commas between them")
        for place, part in enumerate(found, 1):
            _check_answer(part, rule, staff, place=f"number {place}: ")
        return found

    return _asked(f"{question} (with commas)", default, parse)


def pairs(question: str, default: str | None = None, *, known: Sequence[str] = ()) -> dict[str, str]:
    """Ask for at least one `name=value`, with commas between them. If `known` is given, each name must be in it."""

    def parse(answer: str) -> dict[str, str]:
        split = [part.partition("=") for part in answer.split(",") if part.strip()]
        found = {name.strip(): value.strip() for name, _, value in split}
        if not found or not all(found) or not all(found.values()) or len(found) != len(split):
            raise click.BadParameter("write name=value, with commas between them, no name twice")
        _check_answer(answer)
        strangers = [name for name in found if known and name not in known]
        if strangers:
            raise click.BadParameter(f"the names are among {', '.join(known)}")
        return found

    return _asked(f"{question} (name=value, with commas)", default, parse)


def day(question: str) -> date:
    """Ask for a date, which must exist."""

    def parse(answer: str) -> date:
        try:
            return date.fromisoformat(answer.strip())
        except ValueError:
            raise click.BadParameter("a day that exists, as YYYY-MM-DD") from None

    return _asked(f"{question} (YYYY-MM-DD)", None, parse)


def yes(question: str, *, default: bool = False) -> bool:
    """Ask a question that is answered with yes or no."""
    return click.confirm(question, default=default, err=True)


def one_by_one(noun: str) -> Iterator[str]:
    """Ask for one name after another, and yield each, as long as the person has another one."""
    taken: list[str] = []
    while not taken or yes(f"Another {noun}?"):
        taken.append(text(f"A short name for the {noun} (small letters, digits, _)", rule=_new(taken)))
        yield taken[-1]


def name(answer: str) -> str | None:
    """Return why a text may not name a source, a target or a connection in a policy. None when it may."""
    if re.fullmatch(r"[a-z][a-z0-9_]{1,40}", answer):
        return None
    return "small letters a to z, digits and _, and a letter first"


def guid(answer: str) -> str | None:
    """Return why a text is not an id that Webropol gave. None when it is one."""
    try:
        return None if UUID(answer).int else "the zeros are a template's: put in the id that Webropol gave"
    except ValueError:
        return "an id looks like 75386e91-4d4b-5b04-8cef-f8bc2741dd98"


def _check_answer(answer: str, rule: Rule | None = None, staff: Sequence[str] = (), place: str = "") -> None:
    """Check an answer by its question's rule. An answer with a secret or somebody's address is always refused."""
    problem = why_private(answer, staff) or (rule(answer) if rule else None)
    if problem:
        raise click.BadParameter(place + problem)


def _new(taken: list[str]) -> Rule:
    return lambda answer: name(answer) or ("that name is taken" if answer in taken else None)


def _asked(question: str, default: str | None, parse: Callable[[str], T]) -> T:
    shown = default not in (None, "")
    found: T = click.prompt(question, default=default, value_proc=parse, err=True, show_default=shown)
    return found
