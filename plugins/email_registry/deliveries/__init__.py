"""The ways a list is kept at Webropol, behind one small interface."""

from email_registry.deliveries.interface import Delivery, Errand, Members, Outcome, OutcomeUnknown
from email_registry.deliveries.rest import RestDelivery
from email_registry.deliveries.sheet_batches import forget_members, note_imported, waits_since, withdraw_forgotten
from email_registry.deliveries.sheets import FileDelivery

__all__ = [
    "Delivery",
    "Errand",
    "FileDelivery",
    "Members",
    "Outcome",
    "OutcomeUnknown",
    "RestDelivery",
    "forget_members",
    "note_imported",
    "waits_since",
    "withdraw_forgotten",
]
