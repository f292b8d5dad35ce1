"""What a person does to a list at Webropol, and to a plan that waits."""

from __future__ import annotations

from email_registry import plans, sync
from tests.list_syncs import TARGET
from tests.offices import Office
from tests.registry_rows import run_sql


def remove_by_hand(office: Office, emails: set[str]) -> None:
    """Remove these members as they, or somebody of the office, would."""
    ids = [member for member, email in office.members(TARGET).items() if email in emails]
    office.webropol("POST", f"/lists/{office.list_id(TARGET)}/members/removals", json={"MemberIds": ids})


def add_by_hand(office: Office, emails: list[str]) -> None:
    """Add these members as somebody of the office would."""
    members = [{"Email": email} for email in emails]
    office.webropol("POST", f"/lists/{office.list_id(TARGET)}/members", json={"Members": members})


def open_plan(admin_url: str) -> int:
    """Return the newest plan that is open."""
    (plan,), *_ = run_sql(admin_url, "SELECT id FROM operations.plan WHERE state = 'open'")
    return int(plan)


def approve_refilling(admin_url: str) -> None:
    """Approve the open plan of a list that was reset: it is filled again and verified."""
    plan = open_plan(admin_url)
    plans.decide(
        plan, plans.Decision.APPROVED, by="tester", why="fill it again", reset_answer=plans.ResetAnswer.REPUBLISH
    )
    assert sync.apply_approved(plan, owner="approved")["verified"] == 1
