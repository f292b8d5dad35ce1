"""A case: who asked for what, under which number, how they were identified, and when the answer is due."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from email_registry import audit
from email_registry.addresses import FORM_VERSION, canonical_form
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import ConfigurationError, Held, contained
from email_registry.privacy import Address
from email_registry.rights.states import CaseState
from email_registry.settings import policy, utc_now
from email_registry.suppression import single_address

Right = Literal["access", "rectify", "erase", "object", "withdraw"]
RIGHTS: tuple[Right, ...] = ("access", "rectify", "erase", "object", "withdraw")
ALL = "all"
KEPT_ON = "kept_on"
LINE = re.compile(r"[^\n\r@\uFE6B\uFF20]{1,100}")
LONGEST = 320  # letters of an address


@dataclass(frozen=True)
class Request:
    """What an officer holds in writing. `number` and `identity` (how it was checked) are the office's own words.

    ConfigurationError where one is missing, where the address is none, or where the number holds one.
    """

    address: Address
    number: str
    identity: str
    received_on: date
    by: str

    def __post_init__(self) -> None:
        for name, text in (("the case number", self.number), ("how identity was checked", self.identity)):
            if not LINE.fullmatch(text.strip()):
                raise ConfigurationError(f"{name} is missing, longer than 100 letters, or holds an address")
        local, at, domain = self.address.reveal().strip().rpartition("@")
        if not (local and at and "." in domain) or len(local + domain) > LONGEST or " " in domain:
            raise ConfigurationError("what was given is no e-mail address; give it by itself, on a line of its own")

    @property
    def canonical(self) -> str:
        """As the registry spells it."""
        return canonical_form(self.address.reveal())


@dataclass(frozen=True)
class Case:
    """A row of operations.rights_case. `off`: target -> how it is known that the address is not on it, or KEPT_ON.

    `brought`: audiences whose sources brought it when it was deleted; `ended`: suppressions that a withdrawal ended,
    None of other rights.
    """

    id: int
    number: str
    right_used: str
    scope: str
    relist: bool
    identity: str
    received_on: date
    due_on: date
    state: CaseState
    acted_on: date | None
    off: Mapping[str, str]
    deleted: int
    rewritten_on: date | None
    done_at: datetime | None
    brought: Sequence[str] = ()
    ended: int | None = None

    @property
    def gone(self) -> dict[str, str]:
        """Target -> how it is known that the address is not on it."""
        return {name: how for name, how in self.off.items() if how != KEPT_ON}

    @property
    def kept_on(self) -> list[str]:
        """The joint lists that keep the address for the audience that nobody objected for."""
        return [name for name, how in self.off.items() if how == KEPT_ON]


def one_month_after(day: date) -> date:
    """The same day of the next month, or its last one (Regulation 1182/71, article 3)."""
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@contained
def note_request(request: Request, right: Right, on: date, *, scope: str = ALL, relist: bool = False) -> Case:
    """Note that it came: it is due a month later. The same number once more gives the same case."""
    audit.require_anchor()
    with transaction("rights") as database:
        case = open_case(database, request, right, on, scope=scope, relist=relist)
    audit.anchor()
    return case


def open_case(
    database: Database, request: Request, right: Right, on: date, *, scope: str = ALL, relist: bool = False
) -> Case:
    """The case, opened with its event where it is not there yet. Held where it was opened for something else."""
    if request.received_on > on:
        raise ConfigurationError(f"the request was received on {request.received_on}, and the day is {on}")
    hashed = single_address.hashes(request.canonical)
    newest, number, at = hashed[-1], request.number.strip(), utc_now()
    found = find(database, hashed, number, right)
    if found is None:
        database.execute(
            "rights/open", number=number, right_used=right, digest=newest.digest, key_version=newest.key,
            form_version=FORM_VERSION, scope=scope, relist=relist, identity=request.identity.strip(),
            received_on=request.received_on, due_on=one_month_after(request.received_on), at=at, by=request.by,
        )  # fmt: skip
        found = find(database, hashed, number, right)
        assert found is not None  # noqa: S101  opened above
        tell(database, request, "request", right, {"due": found.due_on.isoformat(), "identity": found.identity})
    if found.state == CaseState.DISMISSED:
        raise Held(
            f"case {number} was closed with nothing done, and nothing was done now. Use a number of its own",
            runbook="rights-case",
        )
    if (found.scope, found.relist) != (scope, relist):
        raise Held(
            f"case {number} was opened for {_asked(found.scope, found.relist)}, not for {_asked(scope, relist)}; "
            "nothing was done. Use a number of its own for what was asked later",
            runbook="rights-case",
        )
    return found


def _asked(scope: str, relist: bool) -> str:
    return f"{'both audiences' if scope == ALL else scope}{', to be listed again' if relist else ''}"


def find(database: Database, hashed: list[single_address.Hashed], number: str, right: str) -> Case | None:
    """The case of that number, right and address; None where there is none."""
    row = database.row("rights/find", number=number, right_used=right, **single_address.in_columns(hashed))
    return Case(**{**row, "state": CaseState(row["state"])}) if row else None


def tell(database: Database, request: Request, action: str, subject: str, counts: Mapping[str, int | str]) -> None:
    """The event, in the act's own transaction: the person is named by keyed hash."""
    said = {"case": request.number.strip(), "person": single_address.mark(request.canonical), **counts}
    audit.append(database, action, subject, said, run_id=None, at=utc_now(), by=request.by.replace("@", " at "))


def finish(database: Database, case: Case, by: str) -> None:
    """Answered."""
    database.execute("rights/done", case_id=case.id, at=utc_now(), by=by)


@contained
def case_of(request: Request, right: Right) -> Case:
    """The case as it stands. Held where it was never opened."""
    with transaction("rights") as database:
        found = find(database, single_address.hashes(request.canonical), request.number.strip(), right)
    if found is None:
        raise Held(f"case {request.number} of {right} is not there for this address", runbook="rights-case")
    return found


def audiences_of(scope: str) -> list[str]:
    """The audiences that a scope reaches, in order."""
    return sorted(policy().audiences) if scope == ALL else [scope]


def row_of(case: Case) -> dict[str, Any]:
    """What may be told of it anywhere."""
    return {
        "case": case.number, "right": case.right_used, "scope": case.scope, "received_on": case.received_on,
        "due_on": case.due_on, "state": case.state, "off": dict(case.off),
    }  # fmt: skip
