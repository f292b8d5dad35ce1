"""The promises of the register description, and the tests that hold them.

`include/promises.yaml` is the catalogue; a test says which it holds by `@pytest.mark.promise("retention", …)`.

    python -m tests.promises            run exactly the marked tests, and tell of each promise whether it is held
    python -m tests.promises --write    write docs/registry-description.md anew, and run nothing
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "include" / "promises.yaml"
DOCUMENT = ROOT / "docs" / "registry-description.md"
MARK = "promise"


@dataclass(frozen=True)
class Promise:
    """`mechanism`: what of the software holds it, None where nothing can; `operator`: what is the operator's."""

    fi: str
    en: str
    mechanism: str | None = None
    operator: str | None = None


def catalogue(path: Path = CATALOGUE) -> dict[str, Promise]:
    return {key: Promise(**one) for key, one in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


# Which tests are marked: read from their files, so that the document needs no test to be run -------------------------


def marked(folder: Path = ROOT / "tests") -> dict[str, list[str]]:
    """Promise -> the tests that are marked with it, as pytest names them, in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for key in _keys(node.decorator_list):
                    found[key].append(f"{path.relative_to(folder.parent).as_posix()}::{node.name}")
    return dict(found)


def _keys(decorators: Iterable[ast.expr]) -> Iterable[str]:
    for one in decorators:
        if isinstance(one, ast.Call) and ast.unparse(one.func) == f"pytest.mark.{MARK}":
            yield from (str(ast.literal_eval(argument)) for argument in one.args)


# The document --------------------------------------------------------------------------------------------------------


def document(promises: Mapping[str, Promise], tests: Mapping[str, Sequence[str]]) -> str:
    lines = [
        "# The register description, as tests",
        "",
        "<!-- Made of include/promises.yaml and of the marks on tests by `make promises ARGS=--write`. -->",
        "",
        "Each promise of the privacy notice, in words of our own; what holds it; and the tests that fail when it is",
        "held no more. `make promises` runs exactly these, and tells of each promise whether it is held. What no",
        "software can hold is said to be the operator's. What is done with personal data at all:",
        "[the processing record](processing-record.en.md), [seloste käsittelytoimista](processing-record.fi.md).",
    ]
    for key, one in promises.items():
        lines += ["", f"## {key}", "", f"{one.en}  ", f"*{one.fi}*", ""]
        lines += [f"- **held by** {one.mechanism}"] if one.mechanism else []
        lines += [f"- **the operator's**: {one.operator}"] if one.operator else []
        lines += [f"- `{test}`" for test in tests.get(key, ())]
    return "\n".join(lines) + "\n"


# Running them --------------------------------------------------------------------------------------------------------


@dataclass(eq=False)  # pytest keeps its plugins in a set
class Watch:
    """A plugin of pytest: promise -> how each of its tests ended."""

    ended: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> object:
        report: pytest.TestReport = yield  # type: ignore[misc]
        for mark in item.iter_markers(MARK):
            for key in mark.args:
                before = self.ended[key].get(item.nodeid, "passed")
                # A test that was set up and passed may still fail when its world is taken down.
                self.ended[key][item.nodeid] = before if report.outcome == "passed" else report.outcome
        return report


def unheld(promises: Mapping[str, Promise], ended: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Promise -> why it is not held: a test failed, or none passed. What is the operator's alone is not asked."""
    found = {}
    for key, one in promises.items():
        outcomes = ended.get(key, {})
        failed = sorted(test for test, outcome in outcomes.items() if outcome == "failed")
        if failed:
            found[key] = f"{len(failed)} of {len(outcomes)} tests failed: {failed[0]}"
        elif one.mechanism and "passed" not in outcomes.values():
            found[key] = "no test of it passed" if outcomes else "no test holds it"
    return found


def run(promises: Mapping[str, Promise], folder: Path, arguments: Sequence[str] = ()) -> int:
    """Run the marked tests of a folder, and print a line a promise. 0 where all are held."""
    watch = Watch()
    tests = marked(folder)
    files = sorted({str(folder.parent / test.split("::")[0]) for several in tests.values() for test in several})
    code = pytest.main([*files, "-m", MARK, "-q", *arguments], plugins=[watch])
    broken = unheld(promises, watch.ended)
    for key, one in promises.items():
        passed = sum(outcome == "passed" for outcome in watch.ended.get(key, {}).values())
        said = f"held, {passed} test{'s' * (passed != 1)}" if one.mechanism else "the operator's"
        print(f"  {key:14} {'NOT HELD: ' + broken[key] if key in broken else said}")
    strange = sorted(set(tests) - set(promises))
    if strange:
        print(f"no promise of the catalogue: {', '.join(strange)}")
    return 1 if broken or strange or code not in (0, 5) else 0


def main(arguments: Sequence[str]) -> int:
    promises = catalogue()
    if "--write" in arguments:
        DOCUMENT.write_text(document(promises, marked()), encoding="utf-8")
        print(f"written: {DOCUMENT.relative_to(ROOT)}")
        return 0
    return run(promises, ROOT / "tests", arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
