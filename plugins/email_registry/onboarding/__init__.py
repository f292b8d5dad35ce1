"""How an office begins step by step (observe, adopt, pilot, go live), and how it ends (hand back, close)."""

from email_registry.onboarding.adoption import adopt, sign_none_left
from email_registry.onboarding.closing import close, count_everything
from email_registry.onboarding.going_live import check_steps, go_live, is_onboarding, observe
from email_registry.onboarding.handing_back import hand_back, note_sheet_taken
from email_registry.onboarding.staff_pilot import pilot

__all__ = [
    "adopt",
    "check_steps",
    "close",
    "count_everything",
    "go_live",
    "hand_back",
    "is_onboarding",
    "note_sheet_taken",
    "observe",
    "pilot",
    "sign_none_left",
]
