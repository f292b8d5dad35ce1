"""What a person asked for, done in the registry at once: one transaction, with its event, under every lock it touches.

The lists come after it (`confirming`): until then the case is open, and nobody is put back meanwhile.
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
from email_registry.rights.access import Holding, held
from email_registry.rights.cases import ALL, LINE, Case, Request, Right, audiences_of, find, finish, open_case, tell
from email_registry.rights.states import CaseState
from email_registry.settings import policy, utc_now
from email_registry.suppression import Reason, single_address


@dataclass(frozen=True)
class Done:
    """`before`: what was held before the act; `case`: as it stands now."""

    case: Case
    before: Holding


@contained
def erase(request: Request, on: date, *, relist: bool = False) -> Done:
    """Delete the address and suppress it. `relist`: the suppression ends when every list was seen without it.

    Held, with `relist`, where they are suppressed for another reason: that has to be withdrawn first.
    """
    return _removed(request, "erase", on, scope=ALL, reason=Reason.RELIST if relist else Reason.ERASURE, relist=relist)


@contained
def object_(request: Request, on: date, *, scope: str = ALL) -> Done:
    """Suppress the address, for both audiences or for one, and delete it there."""
    return _removed(request, "object", on, scope=scope, reason=Reason.OBJECTION, relist=False)


@contained
def rectify(request: Request, on: date, *, remove: bool) -> Done:
    """Look where the address is corrected. `remove`: it goes at once, and comes back if a source brings it."""
    if remove:
        return _removed(request, "rectify", on, scope=ALL, reason=Reason.RELIST, relist=True)
    audit.require_anchor()
    with transaction("rights") as database:
        case = open_case(database, request, "rectify", on)
        before = held(database, request.canonical, on)
        tell(database, request, "rectify", ALL, before.counts)
        finish(database, case, request.by)
    audit.anchor()
    return Done(case, before)


@contained
def withdraw(request: Request, on: date, *, scope: str = ALL) -> Done:
    """End what keeps the address off the lists, for both audiences or for one; older answers and exports say no more.

    Where nothing keeps it off, the case is done all the same, with `ended` 0. Held where an erasure or an objection is
    not off every list yet.
    """
    audit.require_anchor()
    with _locked(audiences_of(ALL)) as database:
        case = open_case(database, request, "withdraw", on, scope=scope)
        before = held(database, request.canonical, on)
        if case.state != CaseState.DONE:
            ended = _ended(database, request, case, before, on)
            tell(database, request, "withdraw", scope, {"ended": ended})
            database.execute("rights/note_ended", case_id=case.id, ended=ended)
            finish(database, case, request.by)
            case = find(database, single_address.hashes(request.canonical), case.number, "withdraw") or case
    audit.anchor()
    return Done(case, before)


@contained
def dismiss(
    *, by: str, why: str, number: str = "", right: Right | None = None, case_id: int | None = None
) -> tuple[str, str]:
    """Dismiss a case that was only noted: an address mistyped, an identity not established, a request taken back.

    Named by number and right, or by its id. Returns both. Held where it is not only noted, or several are meant.
    """
    if not LINE.fullmatch(why.strip()):
        raise ConfigurationError("the reason is missing, longer than 100 letters, or holds an address")
    audit.require_anchor()
    # Under the locks of the acts: whoever does what was asked meanwhile is not told that it was not.
    with _locked(audiences_of(ALL)) as database:
        found = database.rows("rights/named", case_id=case_id, number=number.strip(), right_used=right)
        case = _only_noted(found)
        database.execute("rights/dismiss", case_id=case["id"], at=utc_now(), by=by)
        said = {"case": case["number"], "why": why.strip()}
        audit.append(database, "dismiss", case["right_used"], said, run_id=None, at=utc_now(), by=by)
    audit.anchor()
    return case["number"], case["right_used"]


def _only_noted(found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    noted = [row for row in found if row["state"] == CaseState.NOTED]
    if len(noted) > 1:
        ids = ", ".join(str(row["id"]) for row in noted)
        raise Held(
            f"{len(noted)} noted cases have that number and right: name one by its id ({ids}). Nothing was done",
            runbook="rights-case",
        )
    if not noted:
        stands = f"is {found[0]['state']}, not only noted" if found else "is not there"
        raise Held(f"that case {stands}: there is nothing to dismiss", runbook="rights-case")
    return noted[0]


def _removed(request: Request, right: Right, on: date, *, scope: str, reason: Reason, relist: bool) -> Done:
    audit.require_anchor()
    names = audiences_of(scope)
    with _locked(names) as database:
        case = open_case(database, request, right, on, scope=scope, relist=relist)
        before = held(database, request.canonical, on)
        if case.state == CaseState.NOTED:
            hashed = single_address.hashes(request.canonical)
            if relist:
                _hold_unsuppressed(before)
            new = suppression.record(database, [request.canonical], scope, reason, on)
            if not relist:
                single_address.strengthen(database, hashed, scope, reason, on)
            deleted = _deleted(database, request.canonical, names, on)
            under = {"digest": hashed[-1].digest, "key_version": hashed[-1].key, "form_version": FORM_VERSION}
            brought = [each.audience for each in before.brought]
            database.execute("rights/acted", case_id=case.id, on=on, deleted=deleted, brought=brought, **under)
            tell(database, request, right, scope, {"deleted": deleted, "suppressed": new, "relist": int(relist)})
            case = find(database, hashed, case.number, right) or case
        else:
            tell(database, request, right, scope, {"again": 1})
    audit.anchor()
    return Done(case, before)


def _deleted(database: Database, canonical: str, names: Sequence[str], on: date) -> int:
    """Off the registry in these audiences; a joint list keeps whoever stays in the other."""
    others = [name for name in policy().audiences if name not in names]
    joint = [name for name, target in policy().targets.items() if set(target.audiences) & set(others)]
    these = {"email": canonical, "audiences": list(names)}
    database.execute("rights/rehome", **these, others=others, targets=joint)
    database.execute("rights/delete_listed", **these)
    gone = [row["audience"] for row in database.rows("rights/delete_address", **these)]
    for audience in gone:
        suppression.journal(database, JournalEvent.DELETED, audience, [canonical], on)
    return len(gone)


def _hold_unsuppressed(before: Holding) -> None:
    if before.suppressions:
        stands = before.suppressions[0]
        raise Held(
            f"they are suppressed since {stands.recorded_on} ({stands.reason}), and would not be listed again: "
            "withdraw that first, or leave --relist out. Nothing was done",
            runbook="rights-case",
        )


def _ended(database: Database, request: Request, case: Case, before: Holding, on: date) -> int:
    waiting = [row for row in before.cases if row["state"] == CaseState.ACTED]
    if waiting:
        raise Held(
            f"case {waiting[0]['number']} is not off every list yet: confirm it first. Nothing was done",
            runbook="rights-case",
        )
    rows = single_address.of_one(database, single_address.hashes(request.canonical))
    mine = [row for row in rows if case.scope in (ALL, row["scope"]) or row["scope"] == ALL]
    single_address.end(database, mine, on)
    for row in mine:
        _keep_other(database, request.canonical, case.scope, row)
    single_address.note_withdrawal(database, request.canonical, case.scope, utc_now())
    return len(mine)


def _keep_other(database: Database, canonical: str, scope: str, row: Mapping[str, Any]) -> None:
    """What was for both audiences, and is taken back for one, stands for the other."""
    if row["scope"] == ALL and scope != ALL:
        for other in (name for name in policy().audiences if name != scope):
            suppression.record(database, [canonical], other, Reason(row["reason"]), row["recorded_on"])


@contextmanager
def _locked(names: Sequence[str]) -> Iterator[Database]:
    """One transaction under the locks of audiences and of their lists: always in this order."""
    targets = [name for name, target in policy().targets.items() if set(target.audiences) & set(names)]
    with transaction("rights") as database:
        for kind, subjects in (("audience", sorted(names)), ("target", sorted(targets))):
            for subject in subjects:
                database.execute("roles/lock", name=f"{kind}:{subject}")
        yield database
