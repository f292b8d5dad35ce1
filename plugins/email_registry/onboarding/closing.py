"""Closing ends a registry: everybody comes off every list, then everything is deleted here, bytes too, and certified.

If it dies anywhere, it can be run again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from email_registry import audit, deliveries, lists, runs
from email_registry.boundaries.database import Role, comparing, locked, outside_transaction, transaction
from email_registry.boundaries.files import write_private
from email_registry.deliveries import Delivery, Execution
from email_registry.errors import DeliveryFailed, Held, contained
from email_registry.lists import Stage
from email_registry.onboarding.handing_back import note_sheet_taken
from email_registry.runs import RunKind
from email_registry.settings import Target, environment, policy, utc_now
from email_registry.sync import PLANNED_READ, READ_BACK, clear, cleared_on_failure, read_list, require_staged_members

SUBJECT = "registry"
# What is deleted, and by which role, in an order that the references allow. Suppressions go last.
PARTS: tuple[tuple[str, Role, str], ...] = (
    ("listing", "list_sync", "onboarding/delete_listings"),
    ("plan_item", "retention", "onboarding/delete_plan_items"),
    ("address", "retention", "onboarding/delete_addresses"),
    ("rights_case", "retention", "onboarding/delete_rights_cases"),
    ("withdrawal", "retention", "onboarding/delete_withdrawals"),
    ("suppression", "rights", "onboarding/delete_suppressions"),
)


@contained
def count_everything() -> Mapping[str, int]:
    """Count what closing would delete: addresses, suppressions, listings, plan_items. Nothing is changed."""
    with transaction("rights") as database:
        return {key: int(count) for key, count in database.one("onboarding/count_everything").items()}


@contained
def close(on: date, *, owner: str, by: str, why: str, confirm: str) -> Mapping[str, int | str]:
    """Take every address of the registry off every list, read that they are off, and delete all that is kept here.

    `confirm`: the controller's name, as the policy has it. Before anything is deleted: Held where an export has yet to
    show that a list is empty, DeliveryFailed where a list still shows somebody. Returns what was deleted, the members
    who stay on a list because the registry never knew them (unmanaged), and the certificate's path.
    """
    if confirm != policy().office.controller.fi:
        raise Held(
            "--confirm must be the controller's name, as in office.controller.fi; nothing was changed", runbook="closed"
        )
    with runs.running("list_sync", RunKind.CLOSE, SUBJECT, on, owner=owner) as run_id, cleared_on_failure(run_id):
        audit.begin("list_sync", "close", SUBJECT, run_id=run_id, by=by)
        removed = unmanaged = 0
        for name, target in policy().targets.items():
            _hand_back(name, by, why)
            ours, others = _take_off(name, target, run_id, on)
            removed, unmanaged = removed + ours, unmanaged + others
        counts: dict[str, int | str] = {"removed": removed, "unmanaged": unmanaged, **_delete(run_id, on, by)}
        outside_transaction("retention", "onboarding/rewrite_everything")
        path = _certify(counts, on, by, why, run_id)
        with transaction("retention") as database:
            runs.end(database, run_id, counts=counts)
    audit.anchor()
    return {**counts, "certificate": str(path)}


def _hand_back(name: str, by: str, why: str) -> None:
    with locked("list_sync", "target", name) as database:
        if lists.stage_of(database, name) != Stage.HANDED_BACK:
            lists.move_to_stage(database, name, Stage.HANDED_BACK, by=by, why=why)


def _take_off(name: str, target: Target, run_id: int, on: date) -> tuple[int, int]:
    """Take our members off the list, and see that they are off. Returns how many, and how many others stay on it."""
    clear(run_id)
    delivery = deliveries.delivery_of(name, target)
    if not delivery.can_read_list():
        inbox = deliveries.inbox_of(name)
        raise Held(f"target {name}: put an export of the list into {inbox}, then close again", runbook="closed")
    ours, others = _read_members(name, target, delivery, run_id, PLANNED_READ)
    deliveries.change_list(delivery, Execution(run_id, on), remove=ours)
    if delivery.capabilities.needs_person:
        _require_empty_export(name, ours)
        delivery.discard_exports()
        note_sheet_taken(name)
        return 0, others
    rest, others = _read_members(name, target, delivery, run_id, READ_BACK)
    if rest:
        raise DeliveryFailed(f"target {name}: {len(rest)} are still on the list; nothing was deleted here. Close again")
    return len(ours), others


def _require_empty_export(name: str, ours: Mapping[str, str]) -> None:
    if ours:
        raise Held(
            f"target {name}: {len(ours)} are on the list. Import the sheet of removals in {deliveries.folder_of(name)} "
            "at Webropol, export the list again, and close again; nothing was deleted here",
            runbook="closed",
        )


def _read_members(
    name: str, target: Target, delivery: Delivery, run_id: int, reading: int
) -> tuple[dict[str, str], int]:
    """Read which members are ours (member id -> address), and how many others there are."""
    members = read_list(run_id, reading, delivery, target.audiences)
    with comparing("list_sync", "target", name) as database:
        require_staged_members(database, run_id, reading, members)
        rows = database.rows("onboarding/find_our_members", run_id=run_id, reading=reading)
    return {row["member_id"]: row["email"] for row in rows}, members - len(rows)


def _delete(run_id: int, on: date, by: str) -> dict[str, int]:
    for part, role, delete in PARTS:
        with transaction(role) as database:
            runs.note(database, run_id, {f"deleted_{part}": database.execute(delete)})
    with transaction("retention") as database:
        # A run that died after it had deleted something counts as well.
        rows = database.rows("onboarding/find_deleted")
        counts = {part: sum(int(row["counts"].get(f"deleted_{part}", 0)) for row in rows) for part, _, _ in PARTS}
        audit.append(database, "close", SUBJECT, counts, run_id=run_id, at=utc_now(), by=by)
        database.before_commit(lambda: audit.note(audit.Entry(audit.JournalEvent.CLOSED, on, "all", 0, 0, ())))
    return counts


def _certify(counts: Mapping[str, object], on: date, by: str, why: str, run_id: int) -> str:
    rules = policy()
    certificate = {
        "controller": rules.office.controller.fi,
        "registry": "closed",
        "deleted": dict(counts),
        "lists": {name: target.name.fi for name, target in rules.targets.items()},
        "why": why,
        "by": by,
        "business_date": on.isoformat(),
        "rewritten_at": utc_now().isoformat(),
        "policy_digest": rules.digest,
        "run": run_id,
    }
    path = environment().certificates / f"closing-{on.isoformat()}-{run_id}.json"
    write_private(path, json.dumps(certificate, ensure_ascii=False, indent=2) + "\n")
    return str(path)
