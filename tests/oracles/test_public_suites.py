"""Suites that strangers wrote: each verdict of ours that differs from theirs stands, with its reason, in a list.

`disagreements.yaml` is exact both ways: what differs and is not listed fails, and so does what is listed and no longer
differs, or differs in other words.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from email_registry.addresses import VERDICTS
from email_registry.privacy import AddressColumn
from tests.oracles import suites
from tests.oracles.conftest import Judge
from tests.oracles.suites import Case, json_schema
from tests.oracles.test_properties import assert_as_the_library

Disagreements = dict[str, tuple[str, str]]

LISTED = yaml.safe_load((Path(__file__).parent / "disagreements.yaml").read_text(encoding="utf-8"))
FOLDER: dict[str, Callable[[Path], list[Case]]] = {
    "isemail": suites.isemail,
    "email": lambda folder: json_schema(folder, "email"),
    "idn-email": lambda folder: json_schema(folder, "idn-email"),
    "hostname": lambda folder: json_schema(folder, "hostname"),
    "idn-hostname": lambda folder: json_schema(folder, "idn-hostname"),
    "hostname-below-fi": lambda folder: suites.below_fi(json_schema(folder, "hostname")),
    "idn-hostname-below-fi": lambda folder: suites.below_fi(json_schema(folder, "idn-hostname")),
}
LIBRARY = "email-validator"


def listed(suite: str) -> Disagreements:
    rows = [row for group in LISTED[suite] for row in group["cases"]]
    found = {row["case"]: (row["ours"], row["theirs"]) for row in rows}
    assert len(found) == len(rows), "a case is listed twice"
    return found


def disagreements(cases: list[Case], judged_quietly: Judge) -> Disagreements:
    """Name -> our verdict and theirs, where one accepts and the other does not, or the canonical forms differ."""
    found: Disagreements = {}
    for case, (verdict, email) in zip(cases, judged_quietly([case.text for case in cases]), strict=True):
        assert verdict in VERDICTS
        other_form = verdict == "valid" and case.canonical not in (None, email)
        if other_form or (verdict == "valid") is not case.accepted:
            both = (verdict, case.theirs)
            assert found.setdefault(case.name, both) == both, f"two cases are named {case.name}"
    return found


def assert_as_listed(suite: str, cases: list[Case], judged_quietly: Judge) -> None:
    found, known = disagreements(cases, judged_quietly), listed(suite)
    assert dict(found.items() - known.items()) == {}, "not listed, or listed with other verdicts"
    assert dict(known.items() - found.items()) == {}, "listed, and no longer so"


@pytest.mark.parametrize("suite", FOLDER)
def test_what_differs_is_listed(suite: str, oracles: Path, judged_quietly: Judge) -> None:
    assert_as_listed(suite, FOLDER[suite](oracles), judged_quietly)


def test_what_differs_from_the_library_s_own_tests_is_listed(library_tests: str, judged_quietly: Judge) -> None:
    cases = suites.email_validator(library_tests)
    assert len(cases) > 250, "its file is laid out in another way: cases are lost"
    assert_as_listed(LIBRARY, cases, judged_quietly)


def test_the_list_names_the_suites_and_a_reason_for_each_group() -> None:
    assert set(LISTED) == {*FOLDER, LIBRARY}
    assert [group for groups in LISTED.values() for group in groups if not group["reason"].endswith(".")] == []


def test_naughty_strings_are_judged_in_silence_and_as_by_the_library(oracles: Path, judged_quietly: Judge) -> None:
    texts = suites.naughty_strings(oracles)
    for text, (verdict, email) in zip(texts, judged_quietly(texts), strict=True):
        assert verdict in VERDICTS
        assert (verdict == "valid") is (email is not None)
        assert_as_the_library(text, verdict, email)


def test_what_is_no_text_is_refused_before_it_is_judged() -> None:
    """A lone surrogate, which one case of the library's holds: no source can deliver one. The error keeps the value."""
    with pytest.raises(UnicodeEncodeError) as refused:
        AddressColumn(["matti\ud800@posti.fi"]).arrow()
    assert "matti" not in str(refused.value)
    assert "posti" not in str(refused.value)
