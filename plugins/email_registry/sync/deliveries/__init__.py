"""The ways a list is kept at Webropol, behind one small interface."""

from email_registry.sync.deliveries.file import FileDelivery
from email_registry.sync.deliveries.interface import Delivery, Errand, Members, Outcome, OutcomeUnknown
from email_registry.sync.deliveries.rest import RestDelivery

__all__ = ["Delivery", "Errand", "FileDelivery", "Members", "Outcome", "OutcomeUnknown", "RestDelivery"]
