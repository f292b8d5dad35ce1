"""What a person may ask for: access, correction, erasure, objection. Each request is a case with a due day."""

from email_registry.rights.access import StoredData, correct_in, delete_also_in, read_access
from email_registry.rights.acts import ActResult, dismiss, erase, object_, rectify, withdraw
from email_registry.rights.cases import (
    ALL,
    LINE,
    RIGHTS,
    Case,
    Request,
    Right,
    audiences_of,
    case_row,
    find_case,
    note_request,
)
from email_registry.rights.deadlines import open_cases, open_cases_in, require_none_due
from email_registry.rights.letters import Language, kept_on_for, render_form, render_letter
from email_registry.rights.list_removal import Unconfirmed, confirm, confirm_all
from email_registry.rights.states import CaseState

__all__ = [
    "ALL",
    "LINE",
    "RIGHTS",
    "ActResult",
    "Case",
    "CaseState",
    "Language",
    "Request",
    "Right",
    "StoredData",
    "Unconfirmed",
    "audiences_of",
    "case_row",
    "confirm",
    "confirm_all",
    "correct_in",
    "delete_also_in",
    "dismiss",
    "erase",
    "find_case",
    "kept_on_for",
    "note_request",
    "object_",
    "open_cases",
    "open_cases_in",
    "read_access",
    "rectify",
    "render_form",
    "render_letter",
    "require_none_due",
    "withdraw",
]
