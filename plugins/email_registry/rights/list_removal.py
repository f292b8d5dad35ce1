"""Takes the person of a case off every list. Each list is read, the person is removed, and the list is read again.

A person is found among a list's members by keyed hash, so nobody who runs this needs the address.
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
from email_registry.settings import Target, policy, utc_now
from email_registry.suppression import single_address
from email_registry.sync import wait_until_quiet

Row = Mapping[str, Any]
BY_HAND = "remove the address there by hand, then say so with --off {name}"
# How we know that an address is not on a list.
READ_BACK, EXPORT, OFFICER = "read back", "export", "said"


@dataclass(frozen=True)
class Unconfirmed:
    """Target -> why it does not show yet that the persons of these cases are off it, and what to do."""

    why: Mapping[str, str] = field(default_factory=dict)
    runbook: str = "rights-case"

    def __bool__(self) -> bool:
        return bool(self.why)


@contained
def confirm(case_id: int, on: date, *, owner: str, by: str, said_off: Sequence[str] = ()) -> Unconfirmed:
    """Take the person of one case off every list. `said_off`: targets that the officer has looked at by hand."""
    return _confirm(case_id, on, owner=owner, by=by, said_off=said_off)


@contained
def confirm_all(on: date, *, owner: str) -> Mapping[str, int]:
    """Take the persons of all open cases off every list, and rewrite the table when rows were deleted. Returns counts.

    Sheets that would put somebody back are withdrawn first.
    """
    unconfirmed = _confirm(None, on, owner=owner, by="rights")
    with transaction("rights") as database:
        waiting = len(database.rows("rights/find_unconfirmed", case_id=None))
        pending = [row["id"] for row in database.rows("rights/find_not_rewritten")]
    if pending:
        rewrite()
        with transaction("rights") as database:
            database.execute("rights/note_rewritten", cases=pending, on=on)
    audit.anchor()
    return {"waiting": waiting, "lists_waiting": len(unconfirmed.why), "rewritten": len(pending)}


def _confirm(case_id: int | None, on: date, *, owner: str, by: str, said_off: Sequence[str] = ()) -> Unconfirmed:
    with transaction("rights") as database:
        cases = database.rows("rights/find_unconfirmed", case_id=case_id)
    why = _withdraw_sheets(by, cases)
    for name, target in policy().targets.items():
        concerned = [case for case in cases if _reaches(case, target) and name not in case["off"]]
        if not concerned or name in why:
            continue
        try:
            if name in said_off:
                _note_off(name, concerned, OFFICER, by)
                continue
            how, kept = _take_off(name, target, concerned, on, owner, by)
            _note_off(name, [case for case in concerned if case["id"] not in kept], how, by)
            _note_off(name, [case for case in concerned if case["id"] in kept], KEPT_ON, by)
        except RegistryError as error:
            why[name] = error.message
    for case in cases:
        if not why.keys() & {name for name, target in policy().targets.items() if _reaches(case, target)}:
            _close(case, by, on)
    audit.anchor()
    return Unconfirmed(why)


def _reaches(case: Row, target: Target) -> bool:
    return bool(set(audiences_of(case["scope"])) & set(target.audiences))


def _withdraw_sheets(by: str, cases: Sequence[Row]) -> dict[str, str]:
    """Withdraw sheets that would put somebody back.

    Returns target -> why its sheets could not be withdrawn, for the targets that a case waits for.
    """
    with transaction("rights") as database:
        stale = [row["target"] for row in database.rows("rights/find_stale_sheets")]
    why: dict[str, str] = {}
    for name in stale:
        target = policy().targets.get(name)
        try:
            if target is None:
                deliveries.withdraw_sheets_of_removed_target(name, by=by)
            else:
                deliveries.withdraw_sheets(name, by=by)
        except RegistryError as error:  # an error of one list does not stop the other lists and cases
            if target is not None and any(_reaches(case, target) for case in cases):
                why[name] = error.message
    return why


def _take_off(
    name: str, target: Target, cases: Sequence[Row], on: date, owner: str, by: str
) -> tuple[str, frozenset[int]]:
    """Take the persons of these cases off a list.

    Returns how we know that none of them is on it, and the ids of the cases whose person stays on it for another
    audience. Raises an error that says in words why we do not know it.
    """
    with transaction("list_sync") as database:
        live = stage_of(database, name) == Stage.LIVE
    delivery = deliveries.delivery_of(name, target)
    if not delivery.capabilities.acts_at_once:
        return _check_export(name, target, cases, delivery)
    # This takes the list's own lease, so that no sync reads or adds meanwhile. The run counts as a preview (`dry_run`),
    # because it changes nothing of what we know of the list.
    with runs.running("list_sync", runs.RunKind.SYNC, name, on, owner=owner) as run_id:
        with transaction("list_sync") as database:
            runs.note(database, run_id, {"dry_run": 1, "rights": len(cases)})
        wait_until_quiet(run_id, name)
        members, kept = _find_members(target, cases, delivery, run_id)
        if members and live:
            members, kept = _remove_members(name, target, cases, delivery, members, run_id, by)
        with transaction("list_sync") as database:
            runs.end(database, run_id)
    if members and live:
        raise _not_confirmed(name, "the list still shows them after the removal: run this again")
    if members:
        raise _not_confirmed(name, f"the list is not live, and shows them: {BY_HAND.format(name=name)}")
    return READ_BACK, kept


def _remove_members(
    name: str, target: Target, cases: Sequence[Row], delivery: Delivery, members: list[str], run_id: int, by: str
) -> tuple[list[str], frozenset[int]]:
    """Remove members and read the list again. The event is written first, so that no removal lacks one."""
    with transaction("list_sync") as database:
        counts = {"members": len(members), "cases": len(cases)}
        audit.append(database, "take off", name, counts, run_id=run_id, at=utc_now(), by=by)
    for start in range(0, len(members), policy().sync.batch_size):
        part = members[start : start + policy().sync.batch_size]
        delivery.remove(part, AddressColumn([None] * len(part)))
    return _find_members(target, cases, delivery, run_id)


def _check_export(name: str, target: Target, cases: Sequence[Row], delivery: Delivery) -> tuple[str, frozenset[int]]:
    """Check a list that is kept by sheets. An export that is newer than the last one shows its members."""
    if not delivery.can_read_list():
        raise _not_confirmed(
            name, f"no new export of the list is there: {BY_HAND.format(name=name)}, or put an export into `in`"
        )
    members, kept = _find_members(target, cases, delivery, None)
    if members:
        raise _not_confirmed(name, f"the export shows them: {BY_HAND.format(name=name)}")
    return EXPORT, kept


def _not_confirmed(name: str, why: str) -> Held:
    return Held(f"{name}: {why}", runbook="rights-case")


def _find_members(
    target: Target, cases: Sequence[Row], delivery: Delivery, run_id: int | None
) -> tuple[list[str], frozenset[int]]:
    """Read the whole list, and find the persons of these cases in whatever spelling they are listed.

    Returns the ids of the members to remove, and the ids of the cases whose person stays.
    """
    wanted: dict[tuple[int, bytes], list[Row]] = {}
    for case in cases:
        wanted.setdefault((case["key_version"], bytes(case["digest"])), []).append(case)
    hashing = {key: suppression.hashing(key) for key, _ in wanted}
    matches: list[tuple[str, str, Row]] = []
    for page in delivery.members():
        if run_id is not None:
            runs.heartbeat("list_sync", run_id)
        members = list(zip(page.ids, canonical_column(page.emails).reveal(), strict=True))
        for key, digest in hashing.items():
            hashed = ((member, email or "", (key, digest((email or "").encode()))) for member, email in members)
            matches += [(member, email, case) for member, email, at in hashed for case in wanted.get(at, ())]
    kept = _find_kept(target, matches)
    removals = sorted({member for member, email, _ in matches if email not in kept})
    return removals, frozenset(case["id"] for _, email, case in matches if email in kept and case["scope"] != ALL)


def _find_kept(target: Target, matches: Sequence[tuple[str, str, Row]]) -> set[str]:
    """Return the addresses whose objection was for one audience, and which a joint list keeps for the other."""
    kept = set[str]()
    for scope in {case["scope"] for _, _, case in matches if case["scope"] != ALL}:
        emails = [email for _, email, case in matches if case["scope"] == scope]
        others = [audience for audience in target.audiences if audience != scope]
        with transaction("rights") as database:
            rows = database.rows("rights/find_kept_on", emails=emails, audiences=others)
        kept |= {row["email"] for row in rows}
    return kept


def _note_off(name: str, cases: Sequence[Row], how: str, by: str) -> None:
    """Note how we know that these persons are off a list.

    What only an officer saw gets an event with the officer's name, because no read of the list confirms it.
    """
    with transaction("rights") as database:
        for case in cases:
            noted = database.execute("rights/note_off", case_id=case["id"], target=name, how=how)
            if noted and how == OFFICER:
                counts = {"case": case["number"]}
                audit.append(database, "said off", name, counts, run_id=None, at=utc_now(), by=by)


def _close(case: Row, by: str, on: date) -> None:
    """Close a case whose person is off every list, and end its temporary suppression.

    Two processes may confirm the same case; the first one closes it, and the other changes nothing.
    """
    with transaction("rights") as database:
        if not database.execute("rights/mark_done", case_id=case["id"], at=utc_now(), by=by):
            return
        suppressions = database.rows("rights/find_relist_suppressions", case_id=case["id"])
        single_address.end(database, suppressions, on)
        counts = {"case": case["number"], "ended": len(suppressions)}
        audit.append(database, "confirm", case["right_used"], counts, run_id=None, at=utc_now(), by=by)
