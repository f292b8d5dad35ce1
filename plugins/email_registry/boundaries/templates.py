"""Pages that people read, from templates of `include/`."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from email_registry.settings.environment import environment


def html_templates(folder: str) -> Environment:
    """Of `include/<folder>`: whatever is put in is escaped, and a name that is not given is an error."""
    return Environment(
        loader=FileSystemLoader(environment().include / folder), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
