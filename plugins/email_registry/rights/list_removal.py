"""Off every list, as a read of it shows: each list is read, who has to go is removed, and it is read again.

A person is found among a list's members by keyed hash: whoever runs this needs no address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from email_registry import audit, deliveries, runs, suppression
from email_registry.addresses import canonical_column
from email_registry.boundaries.database import transaction
from email_registry.deliveries import Delivery
from email_registry.errors import Held, RegistryError, contained
from email_registry.expire import rewrite
from email_registry.lists import Stage, stage_of
from email_registry.privacy import AddressColumn
from email_registry.rights.cases import ALL, KEPT_ON, audiences_of
from email_registry.runs import RunKind
from email_registry.settings import Target, policy, utc_now
from email_registry.suppression import single_address
from email_registry.sync import wait_until_quiet

Row = Mapping[str, Any]
BY_HAND = "remove the address there by hand, then say so with --off {name}"


@dataclass(frozen=True)
class Unconfirmed:
    """Target -> why it has not shown the persons of these cases gone, and what to do."""

    why: Mapping[str, str] = field(default_factory=dict)
    runbook: str = "rights-case"

    def __bool__(self) -> bool:
        return bool(self.why)


@contained
def confirm(case_id: int, on: date, *, owner: str, by: str, said_off: Sequence[str] = ()) -> Unconfirmed:
    """See one case's person off every list. `said_off`: targets that the officer has looked at by hand."""
    return _confirm(case_id, on, owner=owner, by=by, said_off=said_off)


@contained
def confirm_all(on: date, *, owner: str) -> Mapping[str, int]:
    """All that are not off every list yet; sheets that would put somebody back; bytes of the erased. Returns counts."""
    unconfirmed = _confirm(None, on, owner=owner, by="rights")
    with transaction("rights") as database:
        left = len(database.rows("rights/unconfirmed", case_id=None))
        owed = [row["id"] for row in database.rows("rights/not_rewritten")]
    if owed:
        rewrite()
        with transaction("rights") as database:
            database.execute("rights/note_rewritten", cases=owed, on=on)
    audit.anchor()
    return {"waiting": left, "lists_waiting": len(unconfirmed.why), "rewritten": len(owed)}


def _confirm(case_id: int | None, on: date, *, owner: str, by: str, said_off: Sequence[str] = ()) -> Unconfirmed:
    with transaction("rights") as database:
        cases = database.rows("rights/unconfirmed", case_id=case_id)
    why = _withdraw_sheets(by, cases)
    for name, target in policy().targets.items():
        concerned = [case for case in cases if _reaches(case, target) and name not in case["off"]]
        if not concerned or name in why:
            continue
        try:
            if name in said_off:
                _note(name, concerned, "said", by)
                continue
            how, stay = _off(name, target, concerned, on, owner, by)
            _note(name, [case for case in concerned if case["id"] not in stay], how, by)
            _note(name, [case for case in concerned if case["id"] in stay], KEPT_ON, by)
        except RegistryError as error:
            why[name] = error.message
    for case in cases:
        if not why.keys() & {name for name, target in policy().targets.items() if _reaches(case, target)}:
            _done(case, by, on)
    audit.anchor()
    return Unconfirmed(why)


def _reaches(case: Row, target: Target) -> bool:
    return bool(set(audiences_of(case["scope"])) & set(target.audiences))


def _withdraw_sheets(by: str, cases: Sequence[Row]) -> dict[str, str]:
    """Sheets that would put somebody back go. Target -> why they could not, where a case waits for that target."""
    with transaction("rights") as database:
        stale = [row["target"] for row in database.rows("rights/stale_sheets")]
    why: dict[str, str] = {}
    for name in stale:
        target = policy().targets.get(name)
        try:
            if target is None:
                deliveries.withdraw_sheets_of_removed_target(name, by=by)
            else:
                deliveries.withdraw_sheets(name, by=by)
        except RegistryError as error:  # of one list: the others, and whom it does not concern, do not wait for it
            if target is not None and any(_reaches(case, target) for case in cases):
                why[name] = error.message
    return why


def _off(name: str, target: Target, cases: Sequence[Row], on: date, owner: str, by: str) -> tuple[str, frozenset[int]]:
    """How it is known that none of them is on the list; and the cases whose person stays on it for another audience.

    An error, in words, where it is not known.
    """
    with transaction("list_sync") as database:
        live = stage_of(database, name) == Stage.LIVE
    delivery = deliveries.delivery_of(name, target)
    if not delivery.capabilities.acts_at_once:
        return _by_export(name, target, cases, delivery)
    # The list's own lease: no sync reads or adds meanwhile. It counts as a preview: the list's state is no other by it.
    with runs.running("list_sync", RunKind.SYNC, name, on, owner=owner) as run_id:
        with transaction("list_sync") as database:
            runs.note(database, run_id, {"dry_run": 1, "rights": len(cases)})
        wait_until_quiet(run_id, name)
        there, stay = _there(target, cases, delivery, run_id)
        if there and live:
            left, stay = _taken_off(name, target, cases, delivery, there, run_id, by)
        else:
            left = there
        with transaction("list_sync") as database:
            runs.end(database, run_id)
    if left and live:
        raise _waits(name, "the list still shows them after the removal: run this again")
    if left:
        raise _waits(name, f"the list is not live, and shows them: {BY_HAND.format(name=name)}")
    return "read back", stay


def _taken_off(
    name: str, target: Target, cases: Sequence[Row], delivery: Delivery, there: list[str], run_id: int, by: str
) -> tuple[list[str], frozenset[int]]:
    """Remove them, and read again. The event comes before the request: a removal that nobody told of is not made."""
    with transaction("list_sync") as database:
        said = {"members": len(there), "cases": len(cases)}
        audit.append(database, "take off", name, said, run_id=run_id, at=utc_now(), by=by)
    for start in range(0, len(there), policy().sync.batch_size):
        part = there[start : start + policy().sync.batch_size]
        delivery.remove(part, AddressColumn([None] * len(part)))
    return _there(target, cases, delivery, run_id)


def _by_export(name: str, target: Target, cases: Sequence[Row], delivery: Delivery) -> tuple[str, frozenset[int]]:
    """A list that is kept by sheets is shown by an export that is newer than the last one."""
    if not delivery.can_read_list():
        raise _waits(
            name, f"no new export of the list is there: {BY_HAND.format(name=name)}, or put an export into `in`"
        )
    there, stay = _there(target, cases, delivery, None)
    if there:
        raise _waits(name, f"the export shows them: {BY_HAND.format(name=name)}")
    return "export", stay


def _waits(name: str, why: str) -> Held:
    return Held(f"{name}: {why}", runbook="rights-case")


def _there(
    target: Target, cases: Sequence[Row], delivery: Delivery, run_id: int | None
) -> tuple[list[str], frozenset[int]]:
    """The member ids of whoever has to go, whatever spelling they are listed in; the cases of who stay. Read whole."""
    wanted: dict[tuple[int, bytes], list[Row]] = {}
    for case in cases:
        wanted.setdefault((case["key_version"], bytes(case["digest"])), []).append(case)
    hashing = {key: suppression.hashing(key) for key, _ in wanted}
    found: list[tuple[str, str, Row]] = []
    for page in delivery.members():
        if run_id is not None:
            runs.heartbeat("list_sync", run_id)
        members = list(zip(page.ids, canonical_column(page.emails).reveal(), strict=True))
        for key, digest in hashing.items():
            hashed = ((member, email or "", (key, digest((email or "").encode()))) for member, email in members)
            found += [(member, email, case) for member, email, at in hashed for case in wanted.get(at, ())]
    stay = _who_stay(target, found)
    gone = sorted({member for member, email, _ in found if email not in stay})
    return gone, frozenset(case["id"] for _, email, case in found if email in stay and case["scope"] != ALL)


def _who_stay(target: Target, found: Sequence[tuple[str, str, Row]]) -> set[str]:
    """Whose objection was for one audience, and who are on a joint list for the other."""
    stay = set[str]()
    for scope in {case["scope"] for _, _, case in found if case["scope"] != ALL}:
        emails = [email for _, email, case in found if case["scope"] == scope]
        others = [audience for audience in target.audiences if audience != scope]
        with transaction("rights") as database:
            rows = database.rows("rights/find_kept_on", emails=emails, audiences=others)
        stay |= {row["email"] for row in rows}
    return stay


def _note(name: str, cases: Sequence[Row], how: str, by: str) -> None:
    """What nobody but the officer saw is told with their name: no read of a list bears it out."""
    with transaction("rights") as database:
        for case in cases:
            noted = database.execute("rights/note_off", case_id=case["id"], target=name, how=how)
            if noted and how == "said":
                said = {"case": case["number"]}
                audit.append(database, "said off", name, said, run_id=None, at=utc_now(), by=by)


def _done(case: Row, by: str, on: date) -> None:
    """Off every list: the case ends, and with it what was suppressed only so long. Once, whoever else sees to it."""
    with transaction("rights") as database:
        if not database.execute("rights/done", case_id=case["id"], at=utc_now(), by=by):
            return
        ended = database.rows("rights/suppressions_of", case_id=case["id"])
        single_address.end(database, ended, on)
        counts = {"case": case["number"], "ended": len(ended)}
        audit.append(database, "confirm", case["right_used"], counts, run_id=None, at=utc_now(), by=by)
