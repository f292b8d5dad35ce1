"""Desired against the list as read against what we saw: plan, apply that plan and no other, read back."""

from email_registry.sync.applying import apply
from email_registry.sync.approving import apply_approved, decide
from email_registry.sync.deliveries.handing_over import forget_members, note_imported, waits_since, withdraw_forgotten
from email_registry.sync.freezing import freeze, thaw
from email_registry.sync.leavers import read_leavers
from email_registry.sync.planning import make_plan
from email_registry.sync.verifying import read_back

__all__ = [
    "apply",
    "apply_approved",
    "decide",
    "forget_members",
    "freeze",
    "make_plan",
    "note_imported",
    "read_back",
    "read_leavers",
    "thaw",
    "waits_since",
    "withdraw_forgotten",
]
