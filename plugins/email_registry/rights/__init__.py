"""What a person may ask: access, correction, erasure, objection; each a case with a day it is due."""

from email_registry.rights.access import Holding, corrected_in, read_access, still_in
from email_registry.rights.acts import Done, close_undone, erase, object_, rectify, withdraw
from email_registry.rights.cases import Case, Request, Right, case_of, note_request
from email_registry.rights.deadlines import due, hold_due
from email_registry.rights.letters import Language, form, letter, stays_as
from email_registry.rights.list_removal import Unconfirmed, confirm, confirm_all

__all__ = [
    "Case",
    "Done",
    "Holding",
    "Language",
    "Request",
    "Right",
    "Unconfirmed",
    "case_of",
    "close_undone",
    "confirm",
    "confirm_all",
    "corrected_in",
    "due",
    "erase",
    "form",
    "hold_due",
    "letter",
    "note_request",
    "object_",
    "read_access",
    "rectify",
    "stays_as",
    "still_in",
    "withdraw",
]
