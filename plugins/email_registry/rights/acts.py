"""The acts on a person's request. Each is one transaction with its event, under the lock of everything it touches.

An act changes the registry at once. The lists follow (`list_removal`). Until then the case is open, and no sync puts
the person back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from email_registry import audit, suppression
from email_registry.addresses import FORM_VERSION
from email_registry.audit import JournalEvent
from email_registry.boundaries.database import Database, transaction
from email_registry.errors import ConfigurationError, Held, contained
from email_registry.rights.access import StoredData, find_stored_data
from email_registry.rights.cases import (
    ALL,
    LINE,
    Case,
    Request,
    Right,
    append_event,
    audiences_of,
    mark_done,
    open_case,
    read_case,
)
from email_registry.rights.states import CaseState
from email_registry.settings import policy, utc_now
from email_registry.suppression import Reason, single_address


@dataclass(frozen=True)
class ActResult:
    """`before`: what was stored before the act. `case`: the case after it."""

    case: Case
    before: StoredData


@contained
def erase(request: Request, on: date, *, relist: bool = False) -> ActResult:
    """Delete the address and suppress it. `relist`: the suppression ends when every list was seen without it.

    With `relist`, Held when the address is suppressed for another reason: that has to be withdrawn first.
    """
    return _remove(request, "erase", on, scope=ALL, reason=Reason.RELIST if relist else Reason.ERASURE, relist=relist)


@contained
def object_(request: Request, on: date, *, scope: str = ALL) -> ActResult:
    """Suppress the address for both audiences or for one, and delete it there."""
    return _remove(request, "object", on, scope=scope, reason=Reason.OBJECTION, relist=False)


@contained
def rectify(request: Request, on: date, *, remove: bool) -> ActResult:
    """Find where the address is corrected. `remove`: delete it at once; it comes back if a source brings it."""
    if remove:
        return _remove(request, "rectify", on, scope=ALL, reason=Reason.RELIST, relist=True)
    audit.require_anchor()
    with transaction("rights") as database:
        case = open_case(database, request, "rectify", on)
        before = find_stored_data(database, request.canonical, on)
        append_event(database, request, "rectify", ALL, before.counts)
        mark_done(database, case, request.by)
    audit.anchor()
    return ActResult(case, before)


@contained
def withdraw(request: Request, on: date, *, scope: str = ALL) -> ActResult:
    """End the suppressions of the address, for both audiences or for one. Older answers and exports do not count then.

    When nothing suppresses it, the case is done all the same, with `ended` 0. Held while an erasure or an objection of
    the same person is not off every list.
    """
    audit.require_anchor()
    with _locked(audiences_of(ALL)) as database:
        case = open_case(database, request, "withdraw", on, scope=scope)
        before = find_stored_data(database, request.canonical, on)
        if case.state != CaseState.DONE:
            ended = _end_suppressions(database, request, case, before, on)
            append_event(database, request, "withdraw", scope, {"ended": ended})
            database.execute("rights/note_ended", case_id=case.id, ended=ended)
            mark_done(database, case, request.by)
            case = read_case(database, single_address.hashes(request.canonical), case.number, "withdraw") or case
    audit.anchor()
    return ActResult(case, before)


@contained
def dismiss(
    *, by: str, why: str, number: str = "", right: Right | None = None, case_id: int | None = None
) -> tuple[str, str]:
    """Dismiss a case that was only noted: an address mistyped, an identity not established, a request taken back.

    The case is named by number and right, or by its id. Returns number and right. Held when the case is not only noted,
    or when several cases match.
    """
    if not LINE.fullmatch(why.strip()):
        raise ConfigurationError("the reason is missing, longer than 100 letters, or holds an address")
    audit.require_anchor()
    # This takes the locks of the acts, so that no act can run on the same case between the check and the dismissal.
    with _locked(audiences_of(ALL)) as database:
        rows = database.rows("rights/find_named", case_id=case_id, number=number.strip(), right_used=right)
        case = _require_one_noted(rows)
        database.execute("rights/dismiss", case_id=case["id"], at=utc_now(), by=by)
        counts = {"case": case["number"], "why": why.strip()}
        audit.append(database, "dismiss", case["right_used"], counts, run_id=None, at=utc_now(), by=by)
    audit.anchor()
    return case["number"], case["right_used"]


def _require_one_noted(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    noted = [row for row in rows if row["state"] == CaseState.NOTED]
    if len(noted) > 1:
        ids = ", ".join(str(row["id"]) for row in noted)
        raise Held(
            f"{len(noted)} noted cases have that number and right: name one by its id ({ids}). Nothing was done",
            runbook="rights-case",
        )
    if not noted:
        problem = f"is {rows[0]['state']}, not only noted" if rows else "is not there"
        raise Held(f"that case {problem}: there is nothing to dismiss", runbook="rights-case")
    return noted[0]


def _remove(request: Request, right: Right, on: date, *, scope: str, reason: Reason, relist: bool) -> ActResult:
    audit.require_anchor()
    names = audiences_of(scope)
    with _locked(names) as database:
        case = open_case(database, request, right, on, scope=scope, relist=relist)
        before = find_stored_data(database, request.canonical, on)
        if case.state == CaseState.NOTED:
            hashes = single_address.hashes(request.canonical)
            if relist:
                _require_unsuppressed(before)
            suppressed = suppression.record(database, [request.canonical], scope, reason, on)
            if not relist:
                single_address.strengthen(database, hashes, scope, reason, on)
            deleted = _delete(database, request.canonical, names, on)
            newest = {"digest": hashes[-1].digest, "key_version": hashes[-1].key, "form_version": FORM_VERSION}
            brought = [each.audience for each in before.brought]
            database.execute("rights/mark_acted", case_id=case.id, on=on, deleted=deleted, brought=brought, **newest)
            counts = {"deleted": deleted, "suppressed": suppressed, "relist": int(relist)}
            append_event(database, request, right, scope, counts)
            case = read_case(database, hashes, case.number, right) or case
        else:
            append_event(database, request, right, scope, {"again": 1})
    audit.anchor()
    return ActResult(case, before)


def _delete(database: Database, canonical: str, names: Sequence[str], on: date) -> int:
    """Delete the address from these audiences. A joint list keeps it for the other audience."""
    others = [name for name in policy().audiences if name not in names]
    joint = [name for name, target in policy().targets.items() if set(target.audiences) & set(others)]
    parameters = {"email": canonical, "audiences": list(names)}
    database.execute("rights/move_listings", **parameters, others=others, targets=joint)
    database.execute("rights/delete_listings", **parameters)
    audiences = [row["audience"] for row in database.rows("rights/delete_address", **parameters)]
    for audience in audiences:
        suppression.journal(database, JournalEvent.DELETED, audience, [canonical], on)
    return len(audiences)


def _require_unsuppressed(before: StoredData) -> None:
    if before.suppressions:
        first = before.suppressions[0]
        raise Held(
            f"they are suppressed since {first.recorded_on} ({first.reason}), and would not be listed again: "
            "withdraw that first, or leave --relist out. Nothing was done",
            runbook="rights-case",
        )


def _end_suppressions(database: Database, request: Request, case: Case, before: StoredData, on: date) -> int:
    waiting = [row for row in before.cases if row["state"] == CaseState.ACTED]
    if waiting:
        raise Held(
            f"case {waiting[0]['number']} is not off every list yet: confirm it first. Nothing was done",
            runbook="rights-case",
        )
    rows = single_address.of_one(database, single_address.hashes(request.canonical))
    ended = [row for row in rows if case.scope in (ALL, row["scope"]) or row["scope"] == ALL]
    single_address.end(database, ended, on)
    for row in ended:
        _keep_for_other_audience(database, request.canonical, case.scope, row)
    single_address.note_withdrawal(database, request.canonical, case.scope, utc_now())
    return len(ended)


def _keep_for_other_audience(database: Database, canonical: str, scope: str, row: Mapping[str, Any]) -> None:
    """Record a suppression of both audiences, which is withdrawn for one, again for the other."""
    if row["scope"] == ALL and scope != ALL:
        for other in (name for name in policy().audiences if name != scope):
            suppression.record(database, [canonical], other, Reason(row["reason"]), row["recorded_on"])


@contextmanager
def _locked(names: Sequence[str]) -> Iterator[Database]:
    """Open one transaction under the locks of audiences, then of their lists. The order prevents deadlocks."""
    targets = [name for name, target in policy().targets.items() if set(target.audiences) & set(names)]
    with transaction("rights") as database:
        for kind, subjects in (("audience", sorted(names)), ("target", sorted(targets))):
            for subject in subjects:
                database.execute("roles/lock", name=f"{kind}:{subject}")
        yield database
