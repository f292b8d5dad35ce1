"""The end of a registry: off every list, then deleted here, bytes too, with a certificate. May die and be run again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from email_registry import audit, runs
from email_registry.boundaries.database import Role, comparing, locked, outside_transaction, transaction
from email_registry.boundaries.files import write_private
from email_registry.deliveries import FileDelivery, RestDelivery, sheet_batches
from email_registry.errors import DeliveryFailed, Held, contained
from email_registry.lists.stages import move, stage_of
from email_registry.privacy import AddressColumn
from email_registry.settings import Target, environment, policy, utc_now
from email_registry.spreadsheets.writing import SheetWriter, Template, remove_privately
from email_registry.sync.reading import clear, cleared_on_failure, hold_to_read, read_list

SUBJECT = "registry"
# What is deleted, by which role, in an order that their references allow; whom to leave alone goes last.
PARTS: tuple[tuple[str, Role, str], ...] = (
    ("listing", "list_sync", "onboarding/delete_listing"),
    ("plan_item", "retention", "onboarding/delete_plan_item"),
    ("address", "retention", "onboarding/delete_address"),
    ("rights_case", "retention", "onboarding/delete_rights_case"),
    ("withdrawal", "retention", "onboarding/delete_withdrawal"),
    ("suppression", "rights", "onboarding/delete_suppression"),
)


@contained
def to_delete() -> Mapping[str, int]:
    """What there is to delete: addresses, suppressions, listings, plan_items. Nothing is changed."""
    with transaction("rights") as database:
        return {key: int(count) for key, count in database.one("onboarding/count_everything").items()}


@contained
def close(on: date, *, owner: str, by: str, why: str, confirm: str) -> Mapping[str, int | str]:
    """Take everybody whom the registry knows off every list, see that they are gone, and delete all that is held.

    `confirm`: the controller's name, as the policy has it. Held before anything is deleted where a list still shows
    somebody, or an export has yet to show that nobody is there. Returns what was deleted, members who stay on a list
    because the registry never knew them (foreign), and the certificate's path.
    """
    if confirm != policy().office.controller.fi:
        raise Held(
            "--confirm must be the controller's name, as in office.controller.fi; nothing was changed", runbook="closed"
        )
    with runs.running("list_sync", "close", SUBJECT, on, owner=owner) as run_id, cleared_on_failure(run_id):
        audit.begin("list_sync", "close", SUBJECT, run_id=run_id, by=by)
        removed = foreign = 0
        for name, target in policy().targets.items():
            _stop(name, by, why)
            off, others = _emptied(name, target, run_id, on)
            removed, foreign = removed + off, foreign + others
        counts: dict[str, int | str] = {"removed": removed, "foreign": foreign, **_deleted(run_id, on, by)}
        outside_transaction("retention", "onboarding/rewrite_everything")
        path = _certify(counts, on, by, why, run_id)
        with transaction("retention") as database:
            runs.end(database, run_id, counts=counts)
    audit.anchor()
    return {**counts, "certificate": str(path)}


def _stop(name: str, by: str, why: str) -> None:
    with locked("list_sync", "target", name) as database:
        if stage_of(database, name) != "retreated":
            move(database, name, "retreated", by=by, why=why)


def _emptied(name: str, target: Target, run_id: int, on: date) -> tuple[int, int]:
    """Removed, and how many others are left there."""
    clear(run_id)
    if target.delivery == "file":
        return _by_sheet(name, target, run_id, on)
    delivery = RestDelivery(name, target)
    ours, _ = _there(name, target, delivery, run_id, 1)
    batch = policy().sync.batch_size
    for start in range(0, len(ours), batch):
        part = ours[start : start + batch]
        delivery.remove([member for member, _ in part], AddressColumn(email for _, email in part))
        runs.heartbeat("list_sync", run_id)
    left, others = _there(name, target, delivery, run_id, 2)
    if left:
        raise DeliveryFailed(f"target {name}: {len(left)} are still on the list; nothing was deleted here. Close again")
    return len(ours), others


def _there(
    name: str, target: Target, delivery: RestDelivery | FileDelivery, run_id: int, reading: int
) -> tuple[list[tuple[str, str]], int]:
    """Who is there of ours: member id and address; and how many others."""
    members = read_list(run_id, reading, delivery, target.audiences)
    with comparing("list_sync", "target", name) as database:
        hold_to_read(database, run_id, reading, members)
        rows = database.rows("onboarding/ours_there", run_id=run_id, reading=reading)
    return [(row["member_id"], row["email"]) for row in rows], members - len(rows)


def _by_sheet(name: str, target: Target, run_id: int, on: date) -> tuple[int, int]:
    delivery = FileDelivery(name, target)
    sheet, here = target.sheet, sheet_batches.folder(name)
    assert sheet is not None  # noqa: S101  the policy holds it to one
    if not delivery.sees():
        raise Held(f"target {name}: put an export of the list into {here / 'in'}, then close again", runbook="closed")
    ours, others = _there(name, target, delivery, run_id, 1)
    if ours:
        template = Template.read(here.parent / sheet.template, sheet.email)
        path = here / f"list-{on.isoformat()}-remove{template.suffix}"
        with SheetWriter(template, path, sheet.fixed) as writer:
            writer.add([email for _, email in ours])
        raise Held(
            f"target {name}: {len(ours)} are on the list. Import {path.name} as removals at Webropol, export the list "
            "again, and close again; nothing was deleted here",
            runbook="closed",
        )
    for path in (*here.glob("list-*"), *sheet_batches.exports(name)):
        remove_privately(path)
    return 0, others


def _deleted(run_id: int, on: date, by: str) -> dict[str, int]:
    for part, role, delete in PARTS:
        with transaction(role) as database:
            runs.note(database, run_id, {f"deleted_{part}": database.execute(delete)})
    with transaction("retention") as database:
        rows = database.rows("onboarding/deleted_so_far")  # by this run, and by one that died after it had deleted
        counts = {part: sum(int(row["counts"].get(f"deleted_{part}", 0)) for row in rows) for part, _, _ in PARTS}
        audit.append(database, "close", SUBJECT, counts, run_id=run_id, at=utc_now(), by=by)
        database.before_commit(lambda: audit.note(audit.Entry("closed", on, "all", 0, 0, ())))
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
