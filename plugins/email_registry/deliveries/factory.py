"""Makes the delivery that the policy gives a list. Only this module asks which one it is."""

from __future__ import annotations

from email_registry.deliveries.interface import Capabilities, Delivery
from email_registry.deliveries.rest import RestDelivery
from email_registry.deliveries.sheets import SheetDelivery
from email_registry.settings import Pilot, Target


def delivery_of(name: str, target: Target | Pilot) -> Delivery:
    """Make the delivery of a target, or of the pilot. It looks for its login or for its newest export at once."""
    return _class_of(target)(name, target)


def capabilities_of(target: Target | Pilot) -> Capabilities:
    """Tell what can be done with a list, without opening it."""
    return _class_of(target).capabilities


def _class_of(target: Target | Pilot) -> type[RestDelivery] | type[SheetDelivery]:
    return SheetDelivery if target.delivery == "sheets" else RestDelivery
