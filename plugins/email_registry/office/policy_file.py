"""Write a policy to a file: render it with the comments that explain it, check the rendered text, and write it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from email_registry.boundaries.files import write_readable
from email_registry.errors import ConfigurationError, RegistryError
from email_registry.office.safety import require_no_addresses, require_safe
from email_registry.settings import Policy, environment
from email_registry.settings.loading import checked, read_mapping

WIDTH = 110
LINE = 120
SHORT = 90  # a mapping or list of at most so many characters stands on one line


@dataclass(frozen=True)
class Draft:
    """A checked policy that may be written, and the text of its file."""

    policy: Policy
    text: str

    @property
    def file_name(self) -> str:
        """Return the name of the file, which is the region's name in plain letters."""
        plain = unicodedata.normalize("NFKD", self.policy.office.region).encode("ascii", "ignore").decode().lower()
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") + ".yaml"


def draft(content: Mapping[str, Any], today: date) -> Draft:
    """Return the draft of a completed policy. ConfigurationError when it is invalid, holds a secret or is unsafe."""
    require_no_addresses(content)
    text = _rendered(content)
    read = yaml.safe_load(text)
    if read != content:
        raise RegistryError("the drafted policy is not what was answered: this is a fault of the software")
    policy = checked(read, "of the answers")
    require_safe(policy, today)
    return Draft(policy, text)


def write(made: Draft, path: Path, *, replace: bool = False) -> None:
    """Write the draft to `path`, whole or not at all. ConfigurationError when a file is there already."""
    require_free_path(path, replace=replace)
    write_readable(path, made.text)


def require_free_path(path: Path, *, replace: bool = False) -> None:
    """Require that a file may be written to `path`.

    ConfigurationError when its folder does not exist, or a file is there already and must not be replaced.
    """
    if not path.parent.is_dir():
        raise ConfigurationError(f"{path.parent} is no folder: make it, or give --out for another file")
    if path.exists() and not replace:
        raise ConfigurationError(
            f"{path} is there already: give --out for another file, or --force to replace it; nothing was written",
            runbook="policy",
        )


class _Dumper(yaml.SafeDumper):
    """Write YAML as people do: short values on one line, no aliases, and lists indented below their key."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def represent_scalar(self, tag: str, value: str, style: str | None = None) -> yaml.ScalarNode:
        return super().represent_scalar(tag, value, ">" if len(value) > SHORT and " " in value else style)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = all(isinstance(value, yaml.ScalarNode) for _, value in node.value) and _short(node)
        return node

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = all(isinstance(value, yaml.ScalarNode) for value in node.value) and _short(node)
        return node


def _short(node: yaml.CollectionNode) -> bool:
    scalars = [part for entry in node.value for part in (entry if isinstance(entry, tuple) else (entry,))]
    return sum(len(scalar.value) + 2 for scalar in scalars) <= SHORT


def _rendered(content: Mapping[str, Any]) -> str:
    """Return the YAML, with a blank line before each part, and with the comments of `include/policy/comments.yaml`."""
    comments = read_mapping(environment().include / "policy" / "comments.yaml", "comments", "it belongs here")
    plain = yaml.dump(dict(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
    lines = plain.splitlines()
    above: dict[int, list[str]] = {}
    for path, line, value in _keys(yaml.compose(plain, Loader=yaml.SafeLoader) or yaml.MappingNode("", [])):
        if len(path) == 1:
            above.setdefault(line, []).append("")
        indent = " " * (len(lines[line]) - len(lines[line].lstrip()))
        above.setdefault(line, []).extend(f"{indent}# {text}" for text in _comment(comments["above"], path))
        for text in _comment(comments["beside"], path)[:1]:
            ends = value.end_mark.line == line or value.start_mark.line > line
            if ends and len(lines[line]) + len(text) + 4 <= LINE:
                lines[line] += f"   # {text}"
    head = [f"# {text}" for text in comments["head"].splitlines()]
    body = [text for number, line in enumerate(lines) for text in (*above.get(number, ()), line)]
    return "\n".join([*head, *body]) + "\n"


def _keys(node: yaml.Node, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int, yaml.Node]]:
    """Yield the path, the line and the value of each key of a document.

    Keys within a mapping or list that stands on one line are left out.
    """
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            key_path = (*path, key.value)
            yield key_path, key.start_mark.line, value
            if not (isinstance(value, yaml.CollectionNode) and value.flow_style):
                yield from _keys(value, key_path)


def _comment(comments: Mapping[str, str], path: tuple[str, ...]) -> list[str]:
    """Return the lines of the comment on a key. `*` in a pattern matches any one name."""
    for pattern, text in comments.items():
        parts = pattern.split(".")
        if len(parts) == len(path) and all(part in ("*", name) for part, name in zip(parts, path, strict=True)):
            return str(text).splitlines()
    return []
