"""What a suite's file may say, and what is refused in one line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from email_registry.addresses import VERDICTS
from email_registry.check.suites import ALLOWED, load_suite, read_suite
from email_registry.errors import ConfigurationError

GOOD = {
    "type": "expect_column_values_to_not_be_null",
    "kwargs": {"column": "email"},
    "severity": "critical",
    "notes": "Only addresses are published.",
}


def written(folder: Path, *expectations: Mapping[str, Any] | str, name: str = "staged") -> Path:
    path = folder / "staged.json"
    path.write_text(
        json.dumps({"name": name, "notes": "A test's.", "expectations": list(expectations)}), encoding="utf-8"
    )
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ConfigurationError) as raised:
        read_suite(path)
    assert "\n" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    return str(raised.value)


@pytest.mark.parametrize("name", ["staged", "candidates"])
def test_the_suites_of_the_repository_are_accepted(name: str) -> None:
    assert load_suite(name)["expectations"]


def test_the_suite_knows_exactly_the_judges_verdicts() -> None:
    sets = [
        expectation["kwargs"]["value_set"]
        for expectation in load_suite("staged")["expectations"]
        if expectation["type"] == "expect_column_values_to_be_in_set" and expectation["kwargs"]["column"] == "verdict"
    ]
    assert [sorted(verdicts) for verdicts in sets] == [sorted(VERDICTS)]


def test_a_good_expectation_is_accepted(tmp_path: Path) -> None:
    assert read_suite(written(tmp_path, GOOD))["expectations"] == [GOOD]


def test_a_type_that_could_give_values_is_refused_by_name(tmp_path: Path) -> None:
    kind = "expect_column_most_common_value_to_be_in_set"
    message = refusal(written(tmp_path, GOOD, {**GOOD, "type": kind}))
    assert message.startswith(f"suite staged.json, expectation 2: the type {kind} is not allowed")
    assert all(allowed in message for allowed in ALLOWED)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"severity": "info"}, "severity is critical or warning"),
        ({"severity": None}, "severity is critical or warning"),
        ({"notes": " "}, "notes must say in words why it is there"),
        ({"kwargs": None}, "has no kwargs"),
        ({"kwargs": {"column": "email", "mostly": {"$PARAMETER": "share"}}}, "unknown $PARAMETER share"),
    ],
)
def test_an_expectation_that_says_too_little_is_refused(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    assert told in refusal(written(tmp_path, {**GOOD, **change}))


def test_a_suite_needs_expectations_and_its_own_name(tmp_path: Path) -> None:
    assert '"name": "staged"' in refusal(written(tmp_path))
    assert '"name": "staged"' in refusal(written(tmp_path, GOOD, name="other"))
    assert "is not an object" in refusal(written(tmp_path, "expect_everything"))


def test_a_file_that_is_not_there_or_not_json_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "staged.json"
    assert "is not there" in refusal(path)
    path.write_text('{"name": "staged",', encoding="utf-8")
    assert "is not JSON" in refusal(path)
    path.write_bytes(b"\xff\xfe{}")
    assert "is not UTF-8" in refusal(path)
    path.write_text("[]", encoding="utf-8")
    assert "is not a JSON object" in refusal(path)
    path.unlink()
    path.mkdir()
    assert "cannot be read" in refusal(path)


@pytest.mark.parametrize("name", ["staged", "candidates"])
def test_reasons_have_no_at_sign(name: str) -> None:
    """A reason goes to the run's row and the audit trail, which refuse whatever could be an address."""
    assert not [one["notes"] for one in load_suite(name)["expectations"] if "@" in one["notes"]]
