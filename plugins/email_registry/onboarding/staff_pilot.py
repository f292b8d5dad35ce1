"""The pilot: a list of staff, brought level and changed night after night. Its addresses are in the policy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from email_registry import audit, runs
from email_registry.addresses import canonical_column
from email_registry.boundaries.database import transaction
from email_registry.deliveries import OutcomeUnknown, RestDelivery, sheet_batches
from email_registry.deliveries.exports import read_export
from email_registry.errors import ConfigurationError, DeliveryFailed, Held, contained
from email_registry.privacy import AddressColumn
from email_registry.settings import Pilot, policy, utc_now
from email_registry.spreadsheets.writing import SheetWriter, Template, remove_privately
from email_registry.sync.quiesce import wait_out

NAME = "pilot"
MADE = ("recipients-*", "removals-*")


@contained
def pilot(on: date, *, owner: str) -> Mapping[str, int]:
    """Bring the pilot's list level with tonight's staff: each day another one is left out.

    Returns added, removed, members, verified; by sheets `delivered`, and `verified` where an export showed that those
    of the last time were imported. Held where the list holds others than staff.
    """
    given = policy().pilot
    if given is None:
        raise ConfigurationError("the policy has no `pilot`: name a list of staff there", runbook="go-live")
    staff = [email or "" for email in canonical_column(AddressColumn(given.addresses)).reveal()]
    if not all(staff):
        place = staff.index("") + 1
        raise ConfigurationError(f"pilot.addresses: number {place} is not an address", runbook="policy")
    with runs.running("list_sync", "pilot", NAME, on, owner=owner) as run_id:
        wanted = _tonight(staff, on)
        counts = _by_rest(given, staff, wanted, run_id) if given.delivery == "rest" else _by_sheets(given, staff, on)
        with transaction("list_sync") as database:
            audit.append(database, "pilot", NAME, counts, run_id=run_id, at=utc_now())
            runs.end(database, run_id, counts=counts)
    audit.anchor()
    return counts


def _tonight(staff: Sequence[str], on: date) -> set[str]:
    return set(staff) - {staff[on.toordinal() % len(staff)]}


def _by_rest(given: Pilot, staff: Sequence[str], wanted: set[str], run_id: int) -> dict[str, int]:
    delivery = RestDelivery(NAME, given)
    delivery.sees()
    there = _members(delivery, staff)
    gone, new = {member: email for member, email in there.items() if email not in wanted}, wanted - {*there.values()}
    try:
        if gone:
            delivery.remove(list(gone), AddressColumn(gone.values()))
        if new:
            delivery.add(AddressColumn(sorted(new)))
    except OutcomeUnknown:
        wait_out(run_id)
    after = list(_members(delivery, staff).values())
    if sorted(after) != sorted(wanted):
        raise DeliveryFailed(
            f"the pilot's list holds {len(after)} members and {len(wanted)} were to be there; see Webropol's side, "
            "then run ./registry pilot again"
        )
    return {"added": len(new), "removed": len(gone), "members": len(after), "verified": 1}


def _members(delivery: RestDelivery, staff: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for page in delivery.members():
        found.update(zip(page.ids, _staff_only(page.emails, staff), strict=True))
    return found


def _staff_only(emails: AddressColumn, staff: Sequence[str]) -> list[str]:
    forms = [email or "" for email in canonical_column(emails).reveal()]
    others = sum(form not in staff for form in forms)
    if others:
        raise Held(
            f"the pilot's list holds {others} who are not among pilot.addresses: is it the right list? "
            "Nothing was changed",
            runbook="go-live",
        )
    return forms


def _by_sheets(given: Pilot, staff: Sequence[str], on: date) -> dict[str, int]:
    """What an export shows is compared with the sheets of the last time; then tonight's are made."""
    here, before = sheet_batches.folder(NAME), _last_delivered()
    newest = next(iter(sheet_batches.exports(NAME)), None)
    there = _exported(given, newest, staff) if newest else (_tonight(staff, before) if before else set())
    verified = int(before is not None and newest is not None and there == _tonight(staff, before))
    wanted = _tonight(staff, on)
    for pattern in MADE:
        for path in here.glob(pattern):
            remove_privately(path)
    for kind, emails in (("recipients", wanted - there), ("removals", there - wanted)):
        if emails:
            _write(given, here, f"{kind}-{on.isoformat()}", sorted(emails))
    if newest:
        remove_privately(newest)
    return {
        "added": len(wanted - there), "removed": len(there - wanted), "members": len(there),
        "delivered": int(wanted != there), "verified": verified,
    }  # fmt: skip


def _last_delivered() -> date | None:
    with transaction("list_sync") as database:
        row = database.row("onboarding/last_pilot")
    found: date | None = row["business_date"] if row else None
    return found


def _exported(given: Pilot, path: Path, staff: Sequence[str]) -> set[str]:
    assert given.sheet is not None  # noqa: S101  the policy holds it to one
    return {form for page in read_export(path, given.sheet.email) for form in _staff_only(page.emails, staff)}


def _write(given: Pilot, here: Path, name: str, emails: Sequence[str]) -> None:
    assert given.sheet is not None  # noqa: S101  the policy holds it to one
    template = Template.read(here.parent / given.sheet.template, given.sheet.email)
    with SheetWriter(template, here / f"{name}{template.suffix}", given.sheet.fixed) as sheet:
        sheet.add(emails)
