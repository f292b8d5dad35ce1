"""Each promise of the register description has what holds it, and a promise without a passing test is told."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises import DOCUMENT, ROOT, Promise, catalogue, document, marked, unheld

PROMISES, TESTS = catalogue(), marked()
# What the notice says, and what the law adds to it: none of it is left out of the catalogue.
NOTICE = {
    "controller", "purpose", "audiences", "region", "open", "addresses", "given", "sources", "retention", "disclosure",
    "transfer", "access", "protected", "backups", "premises", "inspection", "correction", "complaint", "law",
}  # fmt: skip
LAW = {"erasure", "objection", "suppressions", "log", "notice"}


def test_no_promise_is_left_out() -> None:
    assert set(PROMISES) == NOTICE | LAW


@pytest.mark.parametrize("key", PROMISES)
def test_a_promise_is_held_by_tests_or_is_the_operators(key: str) -> None:
    one = PROMISES[key]
    assert one.mechanism or one.operator
    assert bool(TESTS.get(key)) == bool(one.mechanism)


def test_every_mark_names_a_promise() -> None:
    assert sorted(set(TESTS) - set(PROMISES)) == []


def test_the_document_is_what_is_made_of_them() -> None:
    """Red? `make promises ARGS=--write`."""
    assert DOCUMENT.read_text(encoding="utf-8") == document(PROMISES, TESTS)


def test_nothing_that_holds_a_promise_is_passed_over_without_a_word() -> None:
    """Such a test would be collected, and hold nothing."""
    for test in {test for several in TESTS.values() for test in several}:
        text = (ROOT / test.split("::")[0]).read_text(encoding="utf-8")
        assert not re.search(r"mark\.(skip|xfail)\b", text), test


@pytest.mark.parametrize(
    ("outcomes", "why"),
    [
        ({"a": "passed"}, None),
        ({"a": "passed", "b": "skipped"}, None),
        ({"a": "passed", "b": "failed"}, "1 of 2 tests failed: b"),
        ({"a": "skipped"}, "no test of it passed"),
        ({}, "no test holds it"),
    ],
)
def test_what_is_held(outcomes: dict[str, str], why: str | None) -> None:
    held = {"x": Promise("fi", "en", mechanism="m"), "y": Promise("fi", "en", operator="o")}
    assert unheld(held, {"x": outcomes}) == ({"x": why} if why else {})


TRIAL = """
import sys
from pathlib import Path
from tests.promises import Promise, run

names = ("kept", "broken", "skipped", "torn", "missing")
promises = {name: Promise("fi", "en", mechanism="m") for name in names}
sys.exit(run(promises, Path(sys.argv[1]), ["-p", "no:cacheprovider"]))
"""
MARKED = """
import pytest

@pytest.fixture
def tearing():
    yield
    raise RuntimeError

@pytest.mark.promise("kept")
def test_kept(): pass

@pytest.mark.promise("kept", "broken")
@pytest.mark.parametrize("n", [1, 2])
def test_broken(n): assert n == 1 or BROKEN

@pytest.mark.promise("skipped")
def test_skipped(): pytest.skip()

@pytest.mark.promise("torn")
def test_torn(tearing): pass
"""


def test_a_promise_whose_test_fails_is_skipped_or_missing_is_told_and_the_command_fails(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_trial.py").write_text(MARKED.replace("BROKEN", "False"))
    ended = subprocess.run(
        [sys.executable, "-c", TRIAL, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1, ended.stdout
    told = dict(re.findall(r"^  (\w+) +(.*)$", ended.stdout, flags=re.MULTILINE))
    assert told["kept"].startswith("NOT HELD: 1 of 3 tests failed")
    assert told["broken"].startswith("NOT HELD: 1 of 2 tests failed")
    assert told["skipped"] == "NOT HELD: no test of it passed"
    assert told["torn"].startswith("NOT HELD: 1 of 1 tests failed")
    assert told["missing"] == "NOT HELD: no test holds it"
