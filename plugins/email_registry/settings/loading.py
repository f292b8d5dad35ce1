"""Read a YAML file into an immutable policy, or fail with one line that names the key and the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from pydantic import ValidationError

from email_registry.errors import ConfigurationError
from email_registry.settings.environment import environment
from email_registry.settings.policy import Policy

CURE = "set REGISTRY_POLICY to the office's policy file"
DEEPEST = 3
NO_IDS = ("None", str(UUID(int=0)))


def policy() -> Policy:
    """Return the policy of this environment. A process reads an unchanged file once."""
    path = environment().policy_file
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _cached(path, changed)


@lru_cache(maxsize=8)
def _cached(path: Path, changed: int) -> Policy:
    return load_policy(path)


def load_policy(path: Path) -> Policy:
    """Read and validate `path`.

    A file that `extends: other.yaml` replaces keys of the other file, which is read first.
    """
    return checked(_read(path), path.name)


def load_promised(path: Path) -> Policy:
    """Read a policy whose lists may have no ids from Webropol yet, because no promise of the notice depends on them."""
    content = _read(path)
    lists = [*(content.get("targets") or {}).values(), content.get("pilot")]
    for number, one in enumerate(lists, 1):
        if isinstance(one, dict) and str(one.get("list_id")) in NO_IDS:
            one["list_id"] = str(UUID(int=number))
    return checked(content, path.name)


def checked(content: Mapping[str, Any], name: str) -> Policy:
    """Validate a mapping and return the policy with its digest.

    ConfigurationError names `name`, the key and the reason.
    """
    digest = hashlib.sha256(yaml.safe_dump(content, sort_keys=True).encode()).hexdigest()
    problem: str
    try:
        return Policy.model_validate({**content, "digest": digest})
    except ValidationError as error:
        # error.errors() with its defaults repeats the values, and a policy may contain a test address.
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the policy"
        more = error.error_count() - 1
        problem = f"{key}: {first['msg']}" + (f" (and {more} more)" if more else "")
    raise ConfigurationError(f"policy {name}: {problem}", runbook="policy")


def read_mapping(path: Path, subject: str = "policy", cure: str = CURE) -> dict[str, Any]:
    """Return the mapping of a YAML file, not validated.

    ConfigurationError when the file is missing or is no mapping.
    """
    problem: str
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = f"{path} is not there: {cure}"
    except OSError as error:
        problem = f"{path} cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        problem = f"{path} is not UTF-8"
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = f"{path} is not YAML" + (f": look at line {mark.line + 1}" if mark else "")
    else:
        if isinstance(content, dict):
            return content
        problem = f"{path} is empty or not a mapping"
    raise ConfigurationError(f"{subject}: {problem}", runbook="policy")


def overlaid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Merge two mappings key by key. A value of `above` replaces the one of `below`, except where both are mappings."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = overlaid(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _read(path: Path, depth: int = 0) -> dict[str, Any]:
    content = read_mapping(path)
    if depth > DEEPEST:
        raise ConfigurationError(f"policy: {path}: `extends` goes round", runbook="policy")
    base = content.pop("extends", None)
    return overlaid(_read(path.parent / str(base), depth + 1), content) if base else content
