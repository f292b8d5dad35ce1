"""Read the suites of `include/expectations/`, which are in Great Expectations' own JSON.

A suite is refused when its result could contain a value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from email_registry.check.verdicts import Severity
from email_registry.errors import ConfigurationError
from email_registry.settings import environment

# On 1.24.1 these types were seen to give counts and no value with BASIC and partial_unexpected_count 0. Other types
# give values: expect_column_most_common_value_to_be_in_set puts the value itself into observed_value.
ALLOWED = frozenset(
    {
        "expect_column_value_lengths_to_be_between",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_be_null",
        "expect_column_values_to_match_regex",
        "expect_column_values_to_not_be_null",
        "expect_column_values_to_not_match_regex",
        "expect_compound_columns_to_be_unique",
        "expect_table_row_count_to_be_between",
    }
)
SEVERITIES: Mapping[str, Severity] = {"critical": "stop", "warning": "warn"}

# A suite names one of these where tonight's number belongs: {"$PARAMETER": "volume_min"}.
PARAMETERS = frozenset({"volume_min", "volume_max", "min_valid", "continuity"})

Suite = Mapping[str, Any]


def load_suite(name: str) -> Suite:
    """Read the suite `include/expectations/<name>.json`. It raises errors as `read_suite` does."""
    return read_suite(environment().include / "expectations" / f"{name}.json")


def read_suite(path: Path) -> Suite:
    """Read a suite's file. It is returned as it is written.

    The suite's name must be the file's. Every expectation must have an allowed type, GX's severity `critical` (stop) or
    `warning` (warn), and `notes` with the reason in words. Otherwise it raises ConfigurationError, which says what is
    wrong and where.
    """
    suite, name = _read(path), path.stem
    expectations = suite.get("expectations")
    named = suite.get("name") == name and isinstance(suite.get("notes"), str)
    if not named or not isinstance(expectations, list) or not expectations:
        raise ConfigurationError(f'suite {name}.json: needs "name": "{name}", "notes" and a list of expectations')
    for number, expectation in enumerate(expectations, start=1):
        problem = _problem(expectation)
        if problem:
            raise ConfigurationError(f"suite {name}.json, expectation {number}: {problem}")
    return suite


def _read(path: Path) -> Suite:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = "is not there"
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        problem = "is not UTF-8"
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} in line {error.lineno}"
    else:
        if isinstance(content, dict):
            return content
        problem = "is not a JSON object"
    raise ConfigurationError(f"suite {path}: {problem}; restore it, or correct it as Great Expectations' suite JSON")


def _problem(expectation: object) -> str | None:
    if not isinstance(expectation, dict):
        return "is not an object"
    kind = expectation.get("type")
    if kind not in ALLOWED:
        return f"the type {kind} is not allowed: it may give values; these give counts: {', '.join(sorted(ALLOWED))}"
    if not isinstance(expectation.get("kwargs"), dict):
        return f"{kind} has no kwargs"
    if expectation.get("severity") not in SEVERITIES:
        return f"{kind}: severity is {' or '.join(SEVERITIES)}"
    notes = expectation.get("notes")
    if not isinstance(notes, str) or not notes.strip():
        return f"{kind}: notes must say in words why it is there"
    unknown = set(_parameters(expectation["kwargs"])) - PARAMETERS
    if unknown:
        known = ", ".join(sorted(PARAMETERS))
        return f"{kind}: unknown $PARAMETER {', '.join(sorted(unknown))}; known: {known}"
    return None


def _parameters(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if "$PARAMETER" in value:
            yield str(value["$PARAMETER"])
        for inner in value.values():
            yield from _parameters(inner)
