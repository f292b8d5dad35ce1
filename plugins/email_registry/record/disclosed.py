"""What of a policy is the processing that people are told of, as plain keys and values; the rest is how it is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from email_registry.settings import Policy, environment
from email_registry.settings.loading import read_mapping

Keys = Mapping[str, Any]


def promised(policy: Policy) -> dict[str, Any]:
    """Dotted key -> value, of the keys that `include/record/declared.yaml` declares, in order."""
    patterns = _patterns("declared")
    found = {key: value for key, value in leaves(_disclosed_content(policy)) if matches(key, patterns)}
    return dict(sorted(found.items()))


def digest(keys: Keys) -> str:
    """Of what is promised; 64 hex digits."""
    return hashlib.sha256(json.dumps(keys, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def differences(before: Keys, now: Keys) -> list[str]:
    """Each key that is not as it was, in words."""
    return [_difference(key, before, now) for key in sorted({*before, *now}) if before.get(key) != now.get(key)]


def leaves(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every dotted key and its value; a list is one value, and what is None is not there."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif content is not None:
        yield path, content


def matches(key: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of the patterns is of this key; `*` is any one name."""
    parts = key.split(".")
    return any(
        len(names) == len(parts) and all(name in ("*", part) for name, part in zip(names, parts, strict=True))
        for names in (pattern.split(".") for pattern in patterns)
    )


def _disclosed_content(policy: Policy) -> dict[str, Any]:
    """The policy's content; of a source's ways the one that the nights use: what only may be tried tells of nobody."""
    content = policy.model_dump(mode="json")
    content["allowed_hosts"].sort()
    for source in content["sources"].values():
        source["in_use"] = source.pop("ways")[source["way"]]
        source["in_use"]["columns"]["agreed"].sort()
    if content["unsubscribes"]["survey"] is not None:
        content["unsubscribes"]["survey"] = True  # that answers are read, not whose survey it is
    return content


def _difference(key: str, before: Keys, now: Keys) -> str:
    if key not in before:
        return f"{key} is new"
    if key not in now:
        return f"{key} is no longer there"
    return f"{key} was {before[key]} and is {now[key]}"


@lru_cache(maxsize=2)
def _patterns(kind: str) -> tuple[str, ...]:
    path = environment().include / "record" / "declared.yaml"
    return tuple(read_mapping(path, "record", "it belongs here")[kind])
