"""Complete an office's answers to a whole policy.

What the answers leave out is taken from the first office's policy, except for the parts that are each office's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from email_registry.settings import environment
from email_registry.settings.loading import overlaid, read_mapping

FIRST = "pirkanmaa.yaml"
OWN = ("office", "allowed_hosts", "sources", "targets", "pilot", "unsubscribes", "mail")  # no other office's would do
OWN_WITHIN = {"addresses": ("own_domains",), "rights": ("contact", "corrected_in")}
THRESHOLDS = ("volume", "min_valid", "continuity")


def read_answers(path: Path) -> dict[str, Any]:
    """Read an answers file, whose keys are a policy's. ConfigurationError when it cannot be read as a mapping."""
    return read_mapping(path, "answers", "give a file that is there")


def complete(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return a whole policy made of `answers`, in the order of the first office's policy.

    An answer of another shape than the first office's value replaces that value as it is. The check of the policy
    refuses it later.
    """
    usual = read_mapping(environment().include / "policy" / FIRST, "policy", "it belongs to this software")
    for key, own in OWN_WITHIN.items():
        usual[key] = {name: rule for name, rule in usual.get(key, {}).items() if name not in own}
    whole: dict[str, Any] = {}
    order = [part for key in usual for part in (("pilot", key) if key == "onboarding" else (key,))]
    for key in dict.fromkeys((*order, *answers)):
        if key in OWN:
            if key in answers:
                whole[key] = deepcopy(answers[key])
        else:
            whole[key] = _laid_over(usual.get(key), answers.get(key))
    whole = {key: part for key, part in whole.items() if part != {}}
    _only_ours(whole, answers)
    for source in _mappings(whole.get("sources")):
        _with_thresholds(source, usual["sources"])
    return whole


def _only_ours(whole: dict[str, Any], answers: Mapping[str, Any]) -> None:
    """Keep only the audiences that a source feeds or an answer names."""
    named = answers.get("audiences")
    ours = {source.get("audience") for source in _mappings(answers.get("sources"))}
    ours |= set(named) if isinstance(named, Mapping) else set()
    if isinstance(whole["audiences"], dict):
        whole["audiences"] = {name: rules for name, rules in whole["audiences"].items() if name in ours}


def _with_thresholds(source: dict[str, Any], usual: Mapping[str, Any]) -> None:
    for like in [one for one in usual.values() if one["audience"] == source.get("audience")][:1]:
        for key in THRESHOLDS:
            source[key] = _laid_over(like[key], source.get(key))


def _laid_over(below: Any, above: Any) -> Any:
    if above is None:
        return deepcopy(below)
    if isinstance(below, dict) and isinstance(above, dict):
        return overlaid(deepcopy(below), deepcopy(above))
    return deepcopy(above)


def _mappings(found: Any) -> list[dict[str, Any]]:
    values = found.values() if isinstance(found, Mapping) else ()
    return [one for one in values if isinstance(one, dict)]
