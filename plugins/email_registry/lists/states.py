"""The states of a list, and of a member of it as we know it. docs/states.md draws them."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where a list stands. Only a live list receives deliveries."""

    OBSERVED = "observe"  # the sync reads the list and reports what it would do
    LIVE = "live"  # the sync makes the list equal to the registry
    HANDED_BACK = "retreated"  # people keep the list by hand again
