"""SQL stands in files: none in Python, each file used by a name in the code, each name a file; none asks the clock."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from email_registry.boundaries.sql_files import statements
from tests.layout.sources import PROGRAM, ROOT, files, short, strings, tree

SQL = ROOT / "include" / "sql"

# A string is SQL if it begins as a statement does. Two words where one is also plain English; capitals where one
# word is all there is.
STATEMENT = re.compile(
    r"""\s*(
        (?i:select\s.+\sfrom\s | insert\s+into\s | delete\s+from\s | update\s+\S+\s+set\s
          | with\s+\w+\s+as\s*\( | merge\s+into\s | truncate\s+(table\s+)?\w+[.]
          | (create|alter|drop)\s+(unlogged\s+|unique\s+|or\s+replace\s+|temp\w*\s+)*
            (table|role|user|database|schema|view|index|function|sequence)\b
          | set\s+(local\s+)?role\b | copy\s+\S+\s*(\(.*\))?\s+(from|to)\s)
        | SELECT\b | GRANT\b | REVOKE\b | VACUUM\b | TRUNCATE\b | BEGIN\b | COMMIT\b | PRAGMA\b | LOCK\b | ANALYZE\b
    )""",
    re.VERBOSE | re.DOTALL,
)

# File -> the statements that may stand in it, by their first words, and why.
EXCEPTIONS = {
    # Names of roles and databases and a password cannot be bound: psycopg2.sql composes them.
    "local/postgres.py": {"SELECT", "REVOKE", "GRANT", "CREATE"},
    # SQLite's settings of a connection, and its transactions.
    "sandbox/world.py": {"PRAGMA", "BEGIN", "COMMIT"},
}

CLOCK = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\("
    r"|\bcurrent_(date|time|timestamp)\b|\blocaltime(stamp)?\b|'(now|today|yesterday|tomorrow)'",
    re.IGNORECASE,
)


def statements_in(path: Path) -> Iterator[str]:
    """The first word of each string of a file that is SQL."""
    for text in strings(path):
        if STATEMENT.match(text):
            yield text.split()[0]


def test_no_python_file_holds_sql() -> None:
    found = {
        short(path): stray
        for path in files(*PROGRAM)
        if (stray := set(statements_in(path)) - EXCEPTIONS.get(short(path), set()))
    }
    assert not found


def test_every_exception_is_still_needed() -> None:
    found = {name: set(statements_in(ROOT / name)) for name in EXCEPTIONS}
    assert found == EXCEPTIONS


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "select email from registry.address",
        "  insert into registry.address values (1)",
        "UPDATE operations.run SET state = 'done'",
        "with gone as (select 1) delete from x",
        "SET LOCAL ROLE loader",
        "COPY staging.row (email) FROM STDIN",
        "DROP TABLE IF EXISTS x",
    ],
)
def test_the_rule_knows_sql(text: str) -> None:
    assert STATEMENT.match(text)


@pytest.mark.parametrize(
    "text",
    ["select the target", "update it", "Create the sandbox", "copy", "begin", "with a person", "$select", "grant"],
)
def test_the_rule_leaves_english_alone(text: str) -> None:
    assert not STATEMENT.match(text)


# Names and files ----------------------------------------------------------------------------------


def names() -> set[str]:
    """room/statement of every named statement."""
    return {f"{room.name}/{name}" for room in SQL.iterdir() for name in statements(room)}


def texts() -> set[str]:
    """Every string of the code that reads statement files."""
    return {text for path in files("plugins", "include") for text in strings(path)}


def patterns() -> Iterator[tuple[re.Pattern[str], str]]:
    """f-strings that name statements, as `roles/{role}`: what fills the gap has to be a string of the code as well."""
    rooms = {name.split("/")[0] for name in names()}
    for path in files("plugins", "include"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
                if isinstance(parts[0], str) and parts[0].split("/")[0] in rooms and "/" in parts[0]:
                    yield (
                        re.compile("".join("(.+)" if part is None else re.escape(str(part)) for part in parts)),
                        short(path),
                    )


def test_every_statement_is_used() -> None:
    known = texts()

    def used(name: str) -> bool:
        if name in known:
            return True
        return any((match := pattern.fullmatch(name)) and set(match.groups()) <= known for pattern, _ in patterns())

    assert [name for name in sorted(names()) if not used(name)] == []


def test_every_statement_that_the_code_names_is_there() -> None:
    rooms = {name.split("/")[0] for name in names()}
    named = {text for text in texts() if re.fullmatch(r"[a-z]+/[a-z0-9_]+", text) and text.split("/")[0] in rooms}
    named |= set(called())
    assert named
    assert named - names() == set()


def called() -> Iterator[str]:
    """The statements given to the database's methods, whatever room they name."""
    methods = {"execute", "row", "rows", "one", "stream", "copy", "statement", "outside_transaction"}
    for path in files("plugins"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and node.args:
                function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                for argument in node.args[:2] if function == "outside_transaction" else node.args[:1]:
                    text = getattr(argument, "value", None)
                    if function in methods and isinstance(text, str) and "/" in text:
                        yield text


def test_no_statement_asks_the_clock_but_to_compare_it() -> None:
    found = {}
    for path in files("include/sql", suffix=".sql"):
        code = re.sub(r"--[^\n]*|/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        if match := CLOCK.search(code):
            found[short(path)] = match.group()
    assert found == {"include/sql/doctor/database.sql": "clock_timestamp("}


def test_statements_bind_their_values() -> None:
    """No placeholder of Python's stands in SQL: neither %s, nor {}, nor %(name)s."""
    found = [
        short(path)
        for path in files("include/sql", suffix=".sql")
        if re.search(r"%\(|%s\b|\{\w*\}", re.sub(r"'\{\}'", "", path.read_text(encoding="utf-8")))
    ]
    assert found == []
