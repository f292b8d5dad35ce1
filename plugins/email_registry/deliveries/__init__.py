"""The ways in which a list is kept at Webropol. One interface says what each of them can do."""

from email_registry.deliveries.exports import read_export
from email_registry.deliveries.factory import capabilities_of, delivery_of
from email_registry.deliveries.interface import (
    Capabilities,
    Delivery,
    Execution,
    Members,
    OutcomeUnknown,
)
from email_registry.deliveries.rest import API, RestDelivery, read_overview, webropol_door
from email_registry.deliveries.sheet_batches import (
    check_confirmed,
    confirm_batch,
    has_ready_batch,
    mark_imported,
    note_emptied,
    sweep_folder,
    unconfirmed_since,
    withdraw_ready,
    withdraw_sheets,
    withdraw_sheets_of_removed_target,
)
from email_registry.deliveries.sheet_folder import folder_of, inbox_of
from email_registry.deliveries.sheets import SheetDelivery
from email_registry.deliveries.states import SheetBatchState
from email_registry.deliveries.unplanned import change_list

__all__ = [
    "API",
    "Capabilities",
    "Delivery",
    "Execution",
    "Members",
    "OutcomeUnknown",
    "RestDelivery",
    "SheetBatchState",
    "SheetDelivery",
    "capabilities_of",
    "change_list",
    "check_confirmed",
    "confirm_batch",
    "delivery_of",
    "folder_of",
    "has_ready_batch",
    "inbox_of",
    "mark_imported",
    "note_emptied",
    "read_export",
    "read_overview",
    "sweep_folder",
    "unconfirmed_since",
    "webropol_door",
    "withdraw_ready",
    "withdraw_sheets",
    "withdraw_sheets_of_removed_target",
]
