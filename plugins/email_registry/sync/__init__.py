"""Desired against the list as read against what we saw: plan, apply that plan and no other, read back."""

from email_registry.sync.applying import apply
from email_registry.sync.approving import apply_approved, decide
from email_registry.sync.planning import make_plan
from email_registry.sync.verifying import read_back

__all__ = ["apply", "apply_approved", "decide", "make_plan", "read_back"]
