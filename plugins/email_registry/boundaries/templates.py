"""The templates of `include/` for pages that people read."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from email_registry.settings.environment import environment


def html_templates(folder: str) -> Environment:
    """Return the templates of `include/<folder>`. Every value is escaped, and an undefined name is an error.

    Filters: `day` writes a date as in Finnish, `count` writes a number with narrow spaces between thousands.
    """
    return _templates(environment().include / folder)


@lru_cache(maxsize=8)
def _templates(folder: Path) -> Environment:
    """Pages are asked for again and again, and an environment keeps its compiled templates."""
    templates = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    templates.filters |= {"day": finnish_day, "count": spaced_number}
    return templates


def finnish_day(day: date | str) -> str:
    """Write a date, or an ISO text of one, as in Finnish: 30.11.2026."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day.day}.{day.month}.{day.year}"


def spaced_number(number: int) -> str:
    """Write a number with narrow no-break spaces between thousands: 2 255."""
    return f"{number:,}".replace(",", "\u202f")
