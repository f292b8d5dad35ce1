"""The ways a list is kept at Webropol, behind one small interface."""

from email_registry.sync.deliveries.interface import Delivery, Members, OutcomeUnknown
from email_registry.sync.deliveries.rest import RestDelivery

__all__ = ["Delivery", "Members", "OutcomeUnknown", "RestDelivery"]
