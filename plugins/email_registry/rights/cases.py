"""A case: what a person asked for, under which number, how they were identified, and when the answer is due."""

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
LONGEST_ADDRESS = 320  # letters


@dataclass(frozen=True)
class Request:
    """A written request. `number` and `identity` (how it was checked) are the office's own words.

    ConfigurationError when one of them is missing or holds an address, or when `address` is no e-mail address.
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
        if not (local and at and "." in domain) or len(local + domain) > LONGEST_ADDRESS or " " in domain:
            raise ConfigurationError("what was given is no e-mail address; give it by itself, on a line of its own")

    @property
    def canonical(self) -> str:
        """The address as the registry spells it."""
        return canonical_form(self.address.reveal())


@dataclass(frozen=True)
class Case:
    """A row of operations.rights_case.

    `off`: target -> how we know that the address is not on it, or KEPT_ON. `brought`: the audiences whose sources still
    brought the address when it was deleted. `ended`: how many suppressions a withdrawal ended; None for other rights.
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
    def confirmed_off(self) -> dict[str, str]:
        """Target -> how we know that the address is not on it."""
        return {name: how for name, how in self.off.items() if how != KEPT_ON}

    @property
    def kept_on(self) -> list[str]:
        """The joint lists that keep the address for the audience that the objection does not reach."""
        return [name for name, how in self.off.items() if how == KEPT_ON]


def one_month_after(day: date) -> date:
    """Return the same day of the next month, or its last day (Regulation 1182/71, article 3)."""
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@contained
def note_request(request: Request, right: Right, on: date, *, scope: str = ALL, relist: bool = False) -> Case:
    """Note that a request came. It is due a month later. The same number again returns the same case."""
    audit.require_anchor()
    with transaction("rights") as database:
        case = open_case(database, request, right, on, scope=scope, relist=relist)
    audit.anchor()
    return case


def open_case(
    database: Database, request: Request, right: Right, on: date, *, scope: str = ALL, relist: bool = False
) -> Case:
    """Return the case, and open it with its event when there is none yet.

    Held when a case with that number was opened for something else, or was dismissed.
    """
    if request.received_on > on:
        raise ConfigurationError(f"the request was received on {request.received_on}, and the day is {on}")
    hashes = single_address.hashes(request.canonical)
    newest, number, at = hashes[-1], request.number.strip(), utc_now()
    case = read_case(database, hashes, number, right)
    if case is None:
        database.execute(
            "rights/open", number=number, right_used=right, digest=newest.digest, key_version=newest.key,
            form_version=FORM_VERSION, scope=scope, relist=relist, identity=request.identity.strip(),
            received_on=request.received_on, due_on=one_month_after(request.received_on), at=at, by=request.by,
        )  # fmt: skip
        case = read_case(database, hashes, number, right)
        assert case is not None  # noqa: S101  opened above
        counts = {"due": case.due_on.isoformat(), "identity": case.identity}
        append_event(database, request, "request", right, counts)
    if case.state == CaseState.DISMISSED:
        raise Held(
            f"case {number} was closed with nothing done, and nothing was done now. Use a number of its own",
            runbook="rights-case",
        )
    if (case.scope, case.relist) != (scope, relist):
        raise Held(
            f"case {number} was opened for {_choices(case.scope, case.relist)}, not for {_choices(scope, relist)}; "
            "nothing was done. Use a number of its own for what was asked later",
            runbook="rights-case",
        )
    return case


def _choices(scope: str, relist: bool) -> str:
    return f"{'both audiences' if scope == ALL else scope}{', to be listed again' if relist else ''}"


def read_case(database: Database, hashes: list[single_address.Hashed], number: str, right: str) -> Case | None:
    """Return the case of that number, right and address, in the caller's transaction. None when there is none."""
    row = database.row("rights/find", number=number, right_used=right, **single_address.in_columns(hashes))
    return Case(**{**row, "state": CaseState(row["state"])}) if row else None


def append_event(
    database: Database, request: Request, action: str, subject: str, counts: Mapping[str, int | str]
) -> None:
    """Append the event of an act in the act's own transaction. It names the person by keyed hash."""
    details = {"case": request.number.strip(), "person": single_address.mark(request.canonical), **counts}
    audit.append(database, action, subject, details, run_id=None, at=utc_now(), by=request.by.replace("@", " at "))


def mark_done(database: Database, case: Case, by: str) -> None:
    """Mark a case as answered, in the caller's transaction."""
    database.execute("rights/mark_done", case_id=case.id, at=utc_now(), by=by)


@contained
def find_case(request: Request, right: Right) -> Case:
    """Return the case of a request. Held when it was never opened."""
    with transaction("rights") as database:
        case = read_case(database, single_address.hashes(request.canonical), request.number.strip(), right)
    if case is None:
        raise Held(f"case {request.number} of {right} is not there for this address", runbook="rights-case")
    return case


def audiences_of(scope: str) -> list[str]:
    """Return the audiences that a scope reaches, in order."""
    return sorted(policy().audiences) if scope == ALL else [scope]


def case_row(case: Case) -> dict[str, Any]:
    """Return what may be shown of a case anywhere: no address and no hash."""
    return {
        "case": case.number, "right": case.right_used, "scope": case.scope, "received_on": case.received_on,
        "due_on": case.due_on, "state": case.state, "off": dict(case.off),
    }  # fmt: skip
