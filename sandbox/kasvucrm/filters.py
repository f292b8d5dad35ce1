"""`$filter`: a small parser from OData's expressions to an SQL condition with bound parameters.

    or    := and ("or" and)*        and := unary ("and" unary)*
    unary := "not" "(" or ")" | "(" or ")" | column operator literal

As Dataverse does it: strings compare without regard to case, and `ne` is true for null. A comparison with null by
gt, ge, lt, le is false, and its `not` is true.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from sandbox.kasvucrm.columns import BOOLEAN, GUID, INTEGER, MOMENT, STRING, Entity
from sandbox.kasvucrm.errors import ApiError, bad_query

MAX_LENGTH = 32_000
MAX_COMPARISONS = 500
MAX_DEPTH = 50

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<mark>[()])
    | (?P<string>'(?:[^']|'')*')
    | (?P<guid>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}(?![\w-]))
    | (?P<moment>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:Z|[+-]\d{2}:\d{2}))?(?![\w:.-]))
    | (?P<number>-?\d+(?:\.\d+)?(?![\w.-]))
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?![\w.'/]))
    )""",
    re.VERBOSE | re.ASCII,
)
_OPERATORS = {"eq": "IS", "ne": "IS NOT", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
_LITERALS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_KINDS = {STRING: "string", INTEGER: "number", GUID: "guid", MOMENT: "moment", BOOLEAN: "boolean"}

Value = str | int | float | None


class Condition(NamedTuple):
    """An SQL condition and the values bound to its question marks."""

    sql: str
    parameters: tuple[Value, ...]


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def parse(text: str, entity: Entity) -> Condition:
    """Translate a `$filter` on `entity`. Raises ApiError (400) that names the position, never the text."""
    if len(text) > MAX_LENGTH:
        raise bad_query(f"The $filter is longer than {MAX_LENGTH} characters.")
    parser = _Parser(_tokens(text), entity)
    condition = parser.disjunction(0)
    if parser.current.kind != "end":
        raise parser.unexpected()
    return Condition(condition, tuple(parser.parameters))


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise _syntax(position)
        tokens.append(_Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        position = match.end()
    return [*tokens, _Token("end", "", end)]


def _syntax(position: int) -> ApiError:
    return bad_query(f"Syntax error at position {position} in the $filter.")


class _Parser:
    def __init__(self, tokens: list[_Token], entity: Entity) -> None:
        self.tokens, self.entity = tokens, entity
        self.next = 0
        self.parameters: list[Value] = []
        self.comparisons = 0

    @property
    def current(self) -> _Token:
        return self.tokens[self.next]

    def take(self, kind: str, text: str | None = None) -> _Token | None:
        token = self.current
        if token.kind != kind or (text is not None and token.text != text):
            return None
        self.next += 1
        return token

    def unexpected(self) -> ApiError:
        return _syntax(self.current.position)

    def disjunction(self, depth: int) -> str:
        terms = [self.conjunction(depth)]
        while self.take("word", "or"):
            terms.append(self.conjunction(depth))
        return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"

    def conjunction(self, depth: int) -> str:
        terms = [self.unary(depth)]
        while self.take("word", "and"):
            terms.append(self.unary(depth))
        return terms[0] if len(terms) == 1 else f"({' AND '.join(terms)})"

    def unary(self, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise bad_query(f"The $filter is nested deeper than {MAX_DEPTH} levels.")
        negated = self.take("word", "not") is not None
        if self.take("mark", "("):
            inner = self.disjunction(depth + 1)
            if not self.take("mark", ")"):
                raise self.unexpected()
            return f"NOT ({inner})" if negated else f"({inner})"
        if negated:
            raise self.unexpected()
        return self.comparison()

    def comparison(self) -> str:
        self.comparisons += 1
        if self.comparisons > MAX_COMPARISONS:
            raise bad_query(f"The $filter has more than {MAX_COMPARISONS} comparisons.")
        name = self.take("word")
        if name is None:
            raise self.unexpected()
        column = name.text
        if column not in self.entity.columns:
            raise bad_query(f"Could not find a property named '{column}' on the type '{self.entity.logical_name}'.")
        operator = self.take("word")
        if operator is None or operator.text not in _OPERATORS:
            raise _syntax(operator.position if operator else self.current.position)
        value = self.literal(column, self.entity.columns[column])
        return self._compare(self.entity.storage(column), operator.text, value, self.entity.columns[column])

    def literal(self, column: str, column_type: str) -> Value:
        token = self.current
        self.next += token.kind != "end"
        kind = token.kind
        if kind == "word" and token.text in _LITERALS:
            value = _LITERALS[token.text]
            if value is None:
                return None
            kind = "boolean"
        if kind not in _KINDS.values():
            raise _syntax(token.position)
        if kind != _KINDS[column_type]:
            raise bad_query(
                f"The value at position {token.position} cannot be compared with '{column}' ({column_type})."
            )
        return _value(kind, token)

    def _compare(self, stored: str, operator: str, value: Value, column_type: str) -> str:
        if value is None and operator not in ("eq", "ne"):
            raise bad_query("null can only be compared by eq and ne.")
        if value is None:
            return f"{stored} {_OPERATORS[operator]} NULL"
        self.parameters.append(value)
        collation = " COLLATE NOCASE" if column_type in (STRING, GUID) else ""
        comparison = f"{stored} {_OPERATORS[operator]} ?{collation}"
        # false for null, and in a form by which an index on the column is still found
        return comparison if operator in ("eq", "ne") else f"({comparison} AND {stored} IS NOT NULL)"


def _value(kind: str, token: _Token) -> Value:
    text = token.text
    if kind == "string":
        return text[1:-1].replace("''", "'")
    if kind == "boolean":
        return int(text == "true")
    if kind == "number":
        number = float(text)
        if abs(number) >= 2**31:
            raise bad_query(f"The number at position {token.position} is out of range.")
        return int(number) if number.is_integer() else number
    if kind == "moment":
        return _moment(token)
    return text.lower()


def _moment(token: _Token) -> str:
    """In UTC and to the second, as the world keeps it."""
    try:
        moment = datetime.fromisoformat(token.text)
        utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise bad_query(f"The date at position {token.position} does not exist.") from None
    return f"{utc:%Y-%m-%dT%H:%M:%SZ}"
