"""The templates of `include/` for pages that people read."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from email_registry.settings.environment import environment


def html_templates(folder: str) -> Environment:
    """Return the templates of `include/<folder>`. Every value is escaped, and an undefined name is an error."""
    return Environment(
        loader=FileSystemLoader(environment().include / folder), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
