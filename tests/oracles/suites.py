"""Public suites of e-mail addresses as cases: what a stranger says of a text, and under which name it is listed.

Each suite keeps its own words for a verdict (`theirs`); `accepted` is what they come to. Texts are judged untrimmed.
"""

from __future__ import annotations

import ast
import json
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

JSON_SCHEMA = ("email", "idn-email", "hostname", "idn-hostname")
_SYMBOLS_FOR_CONTROLS = {0x2400 + code: code for code in range(0x21)}
_LONGEST_NAME = 90
# The functions of email-validator's own test_syntax.py whose cases hold with its usual options, or with `strict`.
_ACCEPTED = {"test_email_valid", "test_email_valid_intl_local_part"}
_REFUSED = {
    "test_email_valid_only_if_quoted_local_part",  # its first assertion: refused where quoting is not allowed
    "test_email_invalid_syntax",
    "test_email_invalid_syntax_strict",
    "test_email_invalid_syntax_display_name",
    "test_email_invalid_reserved_domain",
}
_OTHER_OPTIONS = {"test_email_invalid_character_smtputf8_off"}


@dataclass(frozen=True)
class Case:
    """One text of a suite. `canonical`: the form that follows from the suite's own, where it gives one."""

    name: str
    text: str
    theirs: str
    accepted: bool
    canonical: str | None = None


def canonical(local: str, ascii_domain: str) -> str:
    """The form of docs/decisions/0004, written a second time."""
    return unicodedata.normalize("NFC", local.lower()) + "@" + ascii_domain.lower()


def named(text: str, number: str = "") -> str:
    """A text as a name on one line of ASCII; a long one by its beginning and its length."""
    shown = text.encode("unicode_escape").decode("ascii")
    if len(shown) > _LONGEST_NAME:
        shown = f"{shown[:_LONGEST_NAME]}... ({len(text)} characters)"
    return f"{number} {shown}".strip() if number else shown


def isemail(folder: Path) -> list[Case]:
    """Dominic Sayers' tests: only the category ISEMAIL_ERR is no address."""
    # The file is data of ours, checked in beside the project: nothing is expanded in it.
    tests = ElementTree.parse(folder / "isemail" / "tests.xml").iter("test")  # noqa: S314
    return [_isemail(test) for test in tests]


def _isemail(test: ElementTree.Element) -> Case:
    text = (test.findtext("address") or "").translate(_SYMBOLS_FOR_CONTROLS)
    accepted = test.findtext("category") != "ISEMAIL_ERR"
    return Case(named(text, test.attrib["id"]), text, test.findtext("diagnosis") or "", accepted)


def json_schema(folder: Path, kind: str) -> list[Case]:
    """The JSON Schema organisation's tests of a format; those of other types than strings are left out."""
    groups = json.loads((folder / "json-schema" / f"{kind}.json").read_text(encoding="utf-8"))
    tests = [test for group in groups for test in group["tests"] if isinstance(test["data"], str)]
    return [_of_schema(test["data"], test["valid"], as_domain="hostname" in kind) for test in tests]


def below_fi(cases: list[Case]) -> list[Case]:
    """Hosts of one label below a top-level domain, so that the label is judged and not the want of a dot."""
    single = [case for case in cases if not set(case.text) & set(".。．｡")]
    return [_of_schema(f"{case.text.removeprefix('a@')}.fi", case.accepted, as_domain=True) for case in single]


def _of_schema(data: str, valid: bool, *, as_domain: bool) -> Case:
    text = f"a@{data}" if as_domain else data
    return Case(named(text), text, "valid" if valid else "invalid", valid)


def naughty_strings(folder: Path) -> list[str]:
    """Alone, as a local part, as a domain; and each of these with NUL, CR and LF, which the list cannot hold."""
    strings = json.loads((folder / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
    places = [place for string in strings for place in (string, f"{string}@posti.fi", f"matti@{string}")]
    return places + [f"{place[:3]}{control}{place[3:]}" for place in places for control in "\0\r\n"]


def email_validator(source: str) -> list[Case]:
    """The cases of email-validator's own test_syntax.py, read from its source: it is not imported."""
    found: list[Case] = []
    for function in ast.parse(source).body:
        if isinstance(function, ast.FunctionDef):
            for values in _parameters(function):
                found += _of_library(function.name, values)
    return [case for case in found if _is_text(case.text)]


def _parameters(function: ast.FunctionDef) -> Iterator[list[Any]]:
    """What a test function is parametrized with, row by row."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.parametrize":
            rows = decorator.args[1]
            assert isinstance(rows, ast.List)
            for row in rows.elts:
                yield [_value(cell) for cell in (row.elts if isinstance(row, ast.Tuple | ast.List) else [row])]


def _value(node: ast.expr) -> Any:
    """A literal, or a call's keyword arguments."""
    if isinstance(node, ast.Call):
        return {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
    return ast.literal_eval(node)


def _of_library(function: str, values: list[Any]) -> list[Case]:
    text = values[0]
    if function in _ACCEPTED:
        form = canonical(values[1]["local_part"], values[1]["ascii_domain"])
        return [Case(named(text), text, "valid", True, form)]
    if function in _REFUSED:
        return [Case(named(text), text, "refused", False)]
    if function == "test_pyisemail_tests":
        return [Case(named(text), text, values[1], values[1] == "ISEMAIL_VALID")]
    if function == "test_email_unsafe_character":
        return [Case(named(whole), whole, "refused", False) for whole in (f"{text}@iana.org", f"test@{text}")]
    assert function in _OTHER_OPTIONS, f"{function} is new: say what its cases mean"
    return []


def _is_text(text: str) -> bool:
    """Whether UTF-8 can hold it. Arrow refuses what it cannot, before anything is judged."""
    return not any(unicodedata.category(letter) == "Cs" for letter in text)
