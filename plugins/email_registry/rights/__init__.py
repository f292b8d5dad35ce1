"""What a person may ask: access, correction, erasure, objection; each a case with a day it is due."""

from email_registry.rights.access import Holding, corrected_in, read_access, still_in
from email_registry.rights.acts import Done, dismiss, erase, object_, rectify, withdraw
from email_registry.rights.cases import Case, Request, Right, case_of, note_request
from email_registry.rights.deadlines import due, require_none_due
from email_registry.rights.letters import Language, form, kept_on_for, letter
from email_registry.rights.list_removal import Unconfirmed, confirm, confirm_all
from email_registry.rights.states import CaseState

__all__ = [
    "Case",
    "CaseState",
    "Done",
    "Holding",
    "Language",
    "Request",
    "Right",
    "Unconfirmed",
    "case_of",
    "confirm",
    "confirm_all",
    "corrected_in",
    "dismiss",
    "due",
    "erase",
    "form",
    "kept_on_for",
    "letter",
    "note_request",
    "object_",
    "read_access",
    "rectify",
    "require_none_due",
    "still_in",
    "withdraw",
]
