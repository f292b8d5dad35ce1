"""The states of a batch of sheets. docs/states.md draws them."""

from __future__ import annotations

from enum import StrEnum


class SheetBatchState(StrEnum):
    """How far the sheets that were made of one plan have come. One batch of a list is ready or imported at a time."""

    PREPARING = "preparing"  # the sheets are being written; a person sees none of them yet
    READY = "ready"  # the sheets lie in the list's folder and wait to be imported
    IMPORTED = "imported"  # a person said that they imported them
    CONFIRMED = "confirmed"  # an export that is newer than the import showed the list equal to the registry
    SUPERSEDED = "superseded"  # they must not be imported any more
