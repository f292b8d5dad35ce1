"""The pilot: a list of staff that is changed night after night. Its addresses stand in the policy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from email_registry import audit, deliveries, runs
from email_registry.addresses import canonical_column
from email_registry.boundaries.database import transaction
from email_registry.deliveries import Delivery, Execution, OutcomeUnknown
from email_registry.errors import ConfigurationError, DeliveryFailed, Held, contained
from email_registry.privacy import AddressColumn
from email_registry.runs import RunKind
from email_registry.settings import policy, utc_now
from email_registry.sync import wait_longest_request

NAME = "pilot"


@contained
def pilot(on: date, *, owner: str) -> Mapping[str, int]:
    """Make the pilot's list equal to tonight's staff: each day another one is left out.

    Returns added, removed, members, verified. By sheets it also returns `delivered`, 1 where new sheets were made;
    `verified` is then 1 where an export showed that the sheets of the last time were imported. Held where the list has
    members who are not staff.
    """
    rules = policy().pilot
    if rules is None:
        raise ConfigurationError("the policy has no `pilot`: name a list of staff there", runbook="go-live")
    staff = [email or "" for email in canonical_column(AddressColumn(rules.addresses)).reveal()]
    if not all(staff):
        place = staff.index("") + 1
        raise ConfigurationError(f"pilot.addresses: number {place} is not an address", runbook="policy")
    with runs.running("list_sync", RunKind.PILOT, NAME, on, owner=owner) as run_id:
        delivery = deliveries.delivery_of(NAME, rules)
        delivery.require_one_name()
        counts = _make_equal(delivery, staff, Execution(run_id, on))
        with transaction("list_sync") as database:
            audit.append(database, "pilot", NAME, counts, run_id=run_id, at=utc_now())
            runs.end(database, run_id, counts=counts)
    audit.anchor()
    return counts


def _make_equal(delivery: Delivery, staff: Sequence[str], execution: Execution) -> dict[str, int]:
    """Read the list, change it, and read it again; where a person imports sheets, see what they did the last time."""
    before = _last_night() if delivery.capabilities.needs_person else None
    was_read, wanted = delivery.can_read_list(), _staff_of(staff, execution.on)
    members = _read_members(delivery, staff) if was_read else _believed_members(staff, before)
    remove = {member_id: email for member_id, email in members.items() if email not in wanted}
    add = sorted(wanted - set(members.values()))
    try:
        deliveries.change_list(delivery, execution, remove=remove, add=add)
    except OutcomeUnknown:
        wait_longest_request(execution.run_id)
    counts = {"added": len(add), "removed": len(remove)}
    if delivery.capabilities.acts_at_once:
        return {**counts, "members": _verify(delivery, staff, wanted), "verified": 1}
    delivery.discard_exports()
    verified = was_read and before is not None and set(members.values()) == _staff_of(staff, before)
    return {
        **counts, "members": len(set(members.values())), "delivered": int(bool(add or remove)),
        "verified": int(verified),
    }  # fmt: skip


def _staff_of(staff: Sequence[str], on: date) -> set[str]:
    """The staff who are to be on the list that night."""
    return set(staff) - {staff[on.toordinal() % len(staff)]}


def _last_night() -> date | None:
    with transaction("list_sync") as database:
        row = database.row("onboarding/find_last_pilot")
    night: date | None = row["business_date"] if row else None
    return night


def _believed_members(staff: Sequence[str], before: date | None) -> dict[str, str]:
    """Without an export, the staff of the last night are believed to be on the list."""
    believed = sorted(_staff_of(staff, before)) if before else []
    return {f"believed{number}": email for number, email in enumerate(believed)}


def _read_members(delivery: Delivery, staff: Sequence[str]) -> dict[str, str]:
    """Read the list: member id -> canonical address. Held where somebody on it is not staff."""
    members: dict[str, str] = {}
    for page in delivery.members():
        members.update(zip(page.ids, _require_staff(page.emails, staff), strict=True))
    return members


def _require_staff(emails: AddressColumn, staff: Sequence[str]) -> list[str]:
    forms = [email or "" for email in canonical_column(emails).reveal()]
    others = sum(form not in staff for form in forms)
    if others:
        raise Held(
            f"the pilot's list has {others} members who are not among pilot.addresses: is it the right list? "
            "Nothing was changed",
            runbook="go-live",
        )
    return forms


def _verify(delivery: Delivery, staff: Sequence[str], wanted: set[str]) -> int:
    """Read the list again. Returns how many members it has; DeliveryFailed where they are not those wanted."""
    members = list(_read_members(delivery, staff).values())
    if sorted(members) != sorted(wanted):
        raise DeliveryFailed(
            f"the pilot's list has {len(members)} members and should have {len(wanted)}; see Webropol's side, then run "
            "./registry list pilot again"
        )
    return len(members)
