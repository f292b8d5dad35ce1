"""The options of one request for an entity set, read and refused here, and the SQL they come to."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sandbox.kasvucrm.columns import Entity
from sandbox.kasvucrm.errors import ApiError, bad_query
from sandbox.kasvucrm.filters import Condition, parse
from sandbox.world import sql

MAX_PAGE = 5_000
COUNT_CAP = 5_000
_OPTIONS = frozenset({"$select", "$filter", "$count", "$top", "$orderby", "$skiptoken"})
_PAGE_SIZE = re.compile(r"(?:^|[,;\s])odata\.maxpagesize\s*=\s*\"?(\d{1,9})\"?(?:$|[,;\s])")


@dataclass(frozen=True, slots=True)
class Query:
    """A request's options. `after` is the last key seen, or with `order` the number of rows seen."""

    entity: Entity
    select: tuple[str, ...]
    condition: Condition
    count: bool
    top: int | None
    order: str
    after: str | int
    digest: str

    @property
    def columns(self) -> tuple[str, ...]:
        """What comes back: the selected columns and, always, the primary key."""
        return tuple(dict.fromkeys((*self.select, self.entity.key)))

    @property
    def _stored(self) -> str:
        return ", ".join(["versionnumber", *(self.entity.storage(column) for column in self.columns)])

    @property
    def by_time(self) -> bool:
        """Whether the filter asks when rows were made, so that the index on that may find them."""
        return "createdon" in self.condition.sql

    def page(self, size: int, *, few: bool = False) -> tuple[str, tuple[object, ...]]:
        """The statement and its values for one page and one row more; the row's version comes first.

        `few`: the rows are found first and sorted then, instead of sought in the order of their keys.
        """
        name = "kasvucrm/ordered_page" if self.order else "kasvucrm/page"
        statement = _fill(
            sql(name), columns=self._stored, filter=self.condition.sql, order=self.order, id="+id" if few else "id"
        )
        if self.order:
            return statement, (self.entity.kept, *self.condition.parameters, size + 1, self.after or 0)
        return statement, (self.entity.kept, self.after, *self.condition.parameters, size + 1)

    def all(self) -> tuple[str, tuple[object, ...]]:
        """The statement and its values for what matches, in no order, as far as the cap."""
        statement = _fill(sql("kasvucrm/all"), columns=self._stored, filter=self.condition.sql)
        return statement, (self.entity.kept, *self.condition.parameters, COUNT_CAP)

    def counting(self) -> tuple[str, tuple[object, ...]]:
        """The statement and its values for the number of rows that match, as far as the cap."""
        statement = _fill(sql("kasvucrm/count"), filter=self.condition.sql)
        return statement, (self.entity.kept, *self.condition.parameters, COUNT_CAP)

    def defining(self, definitions: str) -> tuple[str, tuple[object, ...]]:
        """The statement and its values for those of `definitions` (JSON) that match."""
        columns = ", ".join(self.entity.storage(column) for column in self.columns)
        statement = _fill(sql("kasvucrm/definitions"), columns=columns, filter=self.condition.sql)
        return statement, (definitions, *self.condition.parameters)

    def skiptoken(self, after: str | int) -> str:
        """Where the next page begins; it fits only the query it was made for."""
        token = json.dumps([self.digest, after]).encode()
        return base64.urlsafe_b64encode(token).decode().rstrip("=")


def read(entity: Entity, query_string: str) -> Query:
    """Read the options. Raises ApiError (400) for one that is unknown, repeated or wrong."""
    pairs = parse_qsl(query_string, keep_blank_values=True)
    options = dict(pairs)
    if len(options) != len(pairs):
        raise bad_query("A query option is there twice.")
    if "$skip" in options:
        raise bad_query("The query option $skip is not supported: follow @odata.nextLink.")
    unknown = set(options) - _OPTIONS
    if unknown:
        raise bad_query(f"{len(unknown)} query option(s) not supported; there are: {', '.join(sorted(_OPTIONS))}.")
    select = _select(entity, options.get("$select"))
    condition = parse(options["$filter"], entity) if "$filter" in options else Condition("1", ())
    order = _order(entity, options.get("$orderby"))
    asked = json.dumps([entity.set_name, *sorted(pair for pair in pairs if pair[0] != "$skiptoken")])
    digest = hashlib.sha256(asked.encode()).hexdigest()[:16]
    return Query(
        entity=entity,
        select=select,
        condition=condition,
        count=_boolean("$count", options.get("$count")),
        top=_top(options.get("$top")),
        order=order,
        after=_after(options.get("$skiptoken"), digest, 0 if order else ""),
        digest=digest,
    )


def page_size(prefer: str | None) -> int | None:
    """The page size that a Prefer header asks for, at most 5,000; None where it asks for none that makes sense."""
    match = _PAGE_SIZE.search(prefer or "")
    size = int(match[1]) if match else 0
    return min(size, MAX_PAGE) if size else None


def _select(entity: Entity, text: str | None) -> tuple[str, ...]:
    if text is None:
        return tuple(entity.columns)
    names = tuple(name.strip() for name in text.split(","))
    for name in names:
        if name not in entity.columns:
            raise _no_property(entity, name)
    return names


def _order(entity: Entity, text: str | None) -> str:
    """An ORDER BY of known columns; empty for the order of the primary key."""
    if text is None:
        return ""
    terms = []
    for part in text.split(","):
        name, *direction = part.split()[:3] or [""]
        if name not in entity.columns:
            raise _no_property(entity, name)
        if direction not in ([], ["asc"], ["desc"]):
            raise bad_query("A term of $orderby is a column, and asc or desc after it.")
        terms.append(f"{entity.storage(name)} {'DESC' if direction == ['desc'] else 'ASC'}")
    return ", ".join(terms)


def _no_property(entity: Entity, name: str) -> ApiError:
    shown = f"named '{name}' " if re.fullmatch(r"\w{1,60}", name) else ""
    return bad_query(f"Could not find a property {shown}on the type '{entity.logical_name}'.")


def _boolean(option: str, text: str | None) -> bool:
    if text not in (None, "true", "false"):
        raise bad_query(f"{option} is true or false.")
    return text == "true"


def _top(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        raise bad_query("$top is a whole number of at least 1.")
    return min(int(text), MAX_PAGE)


def _after(token: str | None, digest: str, start: str | int) -> str | int:
    if token is None:
        return start
    try:
        made_for, after = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, TypeError):
        made_for, after = None, None
    if made_for != digest or type(after) is not type(start):
        raise bad_query("The $skiptoken does not belong to this query: follow @odata.nextLink as it is.")
    return after


def _fill(statement: str, **parts: str) -> str:
    # Only text made in this package from its own table of columns comes in here; values are bound.
    for name, part in parts.items():
        statement = statement.replace(f"/*{name}*/", part)
    return statement
