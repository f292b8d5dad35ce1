"""docs/states.md, the enums of the code and the check constraints of the schema have the same members."""

from __future__ import annotations

import ast
import importlib
import re
from dataclasses import dataclass
from enum import StrEnum

import pytest

from tests.layout.sources import ROOT, files, short

PAGE = ROOT / "docs" / "states.md"
SCHEMA = ROOT / "include" / "sql" / "schema"
ROOMS = ROOT / "plugins" / "email_registry"

# Every enum that has a section on the page. A new state of something gets its line here, its section and its enum.
ENUMS = (
    "runs.RunState",
    "runs.RunKind",
    "load.AddressState",
    "lists.MemberState",
    "lists.Stage",
    "plans.PlanState",
    "plans.PlanKind",
    "plans.Decision",
    "plans.ResetAnswer",
    "plans.Action",
    "plans.ItemState",
    "plans.Outcome",
    "deliveries.SheetBatchState",
    "rights.CaseState",
    "suppression.Reason",
    "audit.JournalEvent",
)


@dataclass(frozen=True)
class Section:
    """What the page says of one enum."""

    members: list[str]
    drawn: set[str] | None  # the states of the diagram, where there is one
    constraint: str | None  # schema.table.column
    derived_by: str | None  # a table or function of the schema


def read_section(text: str) -> tuple[str, Section] | None:
    line = re.search(r"^Enum: (\S+)(.*)$", text, re.MULTILINE)
    if line is None:
        return None
    after = text[line.end() :]
    table = re.search(r"(?:^\|.*\n)+", after, re.MULTILINE)
    assert table is not None, f"{line[1]} has no table"
    diagram = re.search(r"^```mermaid\nstateDiagram-v2\n(.*?)^```", after, re.MULTILINE | re.DOTALL)
    arrows = re.findall(r"^ +(\S+) --> ([^\s:]+)", diagram[1], re.MULTILINE) if diagram else []
    constraint = re.search(r"Constraint: (\S+)", line[2])
    derived_by = re.search(r"Derived by: (\S+)", line[2])
    return line[1], Section(
        members=re.findall(r"^\| `(\w+)` \|", table[0], re.MULTILINE),
        drawn={state for arrow in arrows for state in arrow} - {"[*]"} if diagram else None,
        constraint=constraint[1] if constraint else None,
        derived_by=derived_by[1] if derived_by else None,
    )


def sections() -> dict[str, Section]:
    parts = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(section for part in parts[1:] if (section := read_section(part)))


SECTIONS = sections()


def enum_of(name: str) -> type[StrEnum] | None:
    room, _, class_name = name.partition(".")
    found = getattr(importlib.import_module(f"email_registry.{room}"), class_name, None)
    return found if isinstance(found, type) and issubclass(found, StrEnum) else None


def schema_text() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(SCHEMA.glob("*.sql")))


def constrained(column: str) -> list[str]:
    """The values that the check constraint of a column allows."""
    table, _, name = column.rpartition(".")
    definition = re.search(rf"^CREATE TABLE {re.escape(table)} \((.*?)^\);", schema_text(), re.MULTILINE | re.DOTALL)
    assert definition is not None, f"the schema has no table {table}"
    check = re.search(rf"\bCHECK \({name} IN \(([^)]*)\)\)", definition[1])
    assert check is not None, f"{column} has no check constraint that lists its values"
    return re.findall(r"'(\w+)'", check[1])


def test_every_enum_of_the_page_is_in_the_code() -> None:
    assert [name for name in ENUMS if enum_of(name) is None] == []


def test_the_page_has_a_section_for_each_enum() -> None:
    assert sorted(SECTIONS) == sorted(ENUMS)


@pytest.mark.parametrize("name", ENUMS)
def test_the_enum_has_the_members_that_the_page_explains(name: str) -> None:
    enum = enum_of(name)
    assert enum is not None
    assert sorted(member.value for member in enum) == sorted(SECTIONS[name].members)


@pytest.mark.parametrize("name", [name for name in ENUMS if SECTIONS[name].drawn is not None])
def test_the_diagram_draws_the_states_of_its_table(name: str) -> None:
    assert sorted(SECTIONS[name].drawn or ()) == sorted(SECTIONS[name].members)


@pytest.mark.parametrize("name", [name for name in ENUMS if SECTIONS[name].constraint])
def test_the_check_constraint_allows_the_same_values(name: str) -> None:
    constraint = SECTIONS[name].constraint
    assert constraint is not None
    assert sorted(constrained(constraint)) == sorted(SECTIONS[name].members)


@pytest.mark.parametrize("name", [name for name in ENUMS if SECTIONS[name].derived_by])
def test_the_schema_has_what_a_state_is_derived_from(name: str) -> None:
    source = re.escape(SECTIONS[name].derived_by or "")
    assert re.search(rf"^CREATE (TABLE|VIEW|FUNCTION) {source}\b", schema_text(), re.MULTILINE)


def test_the_function_of_a_members_state_gives_each_of_its_members() -> None:
    body = re.search(r"^CREATE FUNCTION registry\.member_state\(.*?\$\$(.*?)\$\$;", schema_text(), re.M | re.S)
    assert body is not None
    assert sorted(re.findall(r"THEN '(\w+)'", body[1])) == sorted(SECTIONS["lists.MemberState"].members)


@pytest.mark.parametrize("name", ENUMS)
def test_each_member_has_a_comment(name: str) -> None:
    room, _, class_name = name.partition(".")
    path = ROOMS / room / "states.py"
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == class_name]
    assert len(classes) == 1, f"{path} has no class {class_name}"
    members = [node for node in classes[0].body if isinstance(node, ast.Assign)]
    bare = [
        lines[node.lineno - 1].strip()
        for node in members
        if "  # " not in lines[node.lineno - 1] and not lines[node.lineno - 2].strip().startswith("# ")
    ]
    assert members
    assert bare == []


# Bare words -------------------------------------------------------------------------------------------

# What a row or an object calls a state that an enum names.
FIELDS = {"state", "stage", "kind", "outcome", "decision", "reset_answer", "action", "sheets", "reason"}


def field_of(node: ast.expr) -> str | None:
    """Return the field that an expression reads: `row["state"]`, `row.get("state")` and `plan.state` read `state`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        key = node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        key = node.args[0]
    else:
        return None
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def flat(node: ast.expr) -> list[ast.expr]:
    """Return the elements of a tuple, list or set, or the expression itself."""
    return [*node.elts] if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]


def bare_states(source: str, values: set[str]) -> list[str]:
    """Find comparisons of a state with a word instead of an enum's member."""
    bare = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            sides = [part for side in (node.left, *node.comparators) for part in flat(side)]
            words = {side.value for side in sides if isinstance(side, ast.Constant)} & values
            if words and FIELDS & {field_of(side) for side in sides}:
                bare.append(f"line {node.lineno}: {', '.join(sorted(words))}")
    return bare


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('row["state"] == "open"', ["line 1: open"]),
        ('(run.kind, run.state) == ("load", "done")', ["line 1: done, load"]),
        ('row.get("stage", "live") != "live"', ["line 1: live"]),
        ('plan.state in ("open", "done")', ["line 1: done, open"]),
        ("plan.state == PlanState.OPEN", []),
        ('access.kind == "sftp"', []),
        ('word == "open"', []),
    ],
)
def test_the_rule_knows_a_bare_state(source: str, words: list[str]) -> None:
    assert bare_states(source, {"open", "done", "live", "load"}) == words


def test_the_code_compares_states_with_the_members_of_enums() -> None:
    values = {member for name in ENUMS for member in SECTIONS[name].members}
    found = {short(path): bare for path in files("plugins", "dags") if (bare := bare_states(path.read_text(), values))}
    assert found == {}
