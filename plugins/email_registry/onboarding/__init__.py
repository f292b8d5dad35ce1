"""How an office arrives, step by step, and how it goes: adopt, pilot, go live; retreat, close."""

from email_registry.onboarding.adoption import adopt, sign_none_left
from email_registry.onboarding.closing import close, to_delete
from email_registry.onboarding.going_live import arriving, go_live, missing_for_live, observe, retreat, sheet_taken
from email_registry.onboarding.staff_pilot import pilot

__all__ = [
    "adopt",
    "arriving",
    "close",
    "go_live",
    "missing_for_live",
    "observe",
    "pilot",
    "retreat",
    "sheet_taken",
    "sign_none_left",
    "to_delete",
]
