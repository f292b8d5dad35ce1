"""Desired against the list as read against what we saw: plan, apply that plan and no other, read back."""

from email_registry.sync.applying import apply
from email_registry.sync.approved import apply_approved
from email_registry.sync.planning import make_plan
from email_registry.sync.verification import read_back

__all__ = ["apply", "apply_approved", "make_plan", "read_back"]
