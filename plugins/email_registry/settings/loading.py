"""From a YAML file to a frozen policy, or to one line that names the key and the reason."""

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
    """The policy of this environment, read once a process and file."""
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
    """Read and validate `path`; `extends: other.yaml` is read first and overlaid key by key."""
    return checked(_read(path), path.name)


def load_promised(path: Path) -> Policy:
    """The same, also where Webropol has not given the ids of the lists yet: nothing that is promised hangs on them."""
    content = _read(path)
    lists = [*(content.get("targets") or {}).values(), content.get("pilot")]
    for number, one in enumerate(lists, 1):
        if isinstance(one, dict) and str(one.get("list_id")) in NO_IDS:
            one["list_id"] = str(UUID(int=number))
    return checked(content, path.name)


def checked(content: Mapping[str, Any], name: str) -> Policy:
    """The policy of a mapping, with its digest; ConfigurationError where it is none, under the `name` of its file."""
    digest = hashlib.sha256(yaml.safe_dump(content, sort_keys=True).encode()).hexdigest()
    problem: str
    try:
        return Policy.model_validate({**content, "digest": digest})
    except ValidationError as error:
        # Not error.errors(): it repeats the values, and a policy may grow to hold a test address.
        first = error.errors(include_input=False, include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the policy"
        more = error.error_count() - 1
        problem = f"{key}: {first['msg']}" + (f" (and {more} more)" if more else "")
    raise ConfigurationError(f"policy {name}: {problem}", runbook="policy")


def read_mapping(path: Path, what: str = "policy", cure: str = CURE) -> dict[str, Any]:
    """The mapping of a YAML file, as it stands; ConfigurationError where it is not there or is not one."""
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
    raise ConfigurationError(f"{what}: {problem}", runbook="policy")


def overlaid(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`, key by key; what is no mapping is replaced."""
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
