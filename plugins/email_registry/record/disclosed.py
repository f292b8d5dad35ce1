"""Read from a policy, as keys and values, what the notice tells people about.

The policy's other keys only say how the processing is done.
"""

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
    """Return dotted key -> value for the keys that `include/record/declared.yaml` declares, in order."""
    patterns = _patterns("declared")
    found = {key: value for key, value in leaves(_disclosed_content(policy)) if matches(key, patterns)}
    return dict(sorted(found.items()))


def digest(keys: Keys) -> str:
    """Return the digest of what is promised, as 64 hex digits."""
    return hashlib.sha256(json.dumps(keys, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def differences(before: Keys, now: Keys) -> list[str]:
    """Describe each key whose value has changed, in words."""
    return [_difference(key, before, now) for key in sorted({*before, *now}) if before.get(key) != now.get(key)]


def leaves(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every dotted key and its value. A list is one value, and None is left out."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif content is not None:
        yield path, content


def matches(key: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether one of the patterns matches this key. `*` matches one name."""
    parts = key.split(".")
    return any(
        len(names) == len(parts) and all(name in ("*", part) for name, part in zip(names, parts, strict=True))
        for names in (pattern.split(".") for pattern in patterns)
    )


def _disclosed_content(policy: Policy) -> dict[str, Any]:
    """Return the policy's content. Of a source's ways it has only the one that the nights use."""
    content = policy.model_dump(mode="json")
    content["allowed_hosts"].sort()
    for source in content["sources"].values():
        source["in_use"] = source.pop("ways")[source["way"]]
        source["in_use"]["columns"]["agreed"].sort()
    if content["unsubscribes"]["survey"] is not None:
        content["unsubscribes"]["survey"] = True  # people are told that answers are read, but not which survey it is
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
