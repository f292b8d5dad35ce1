"""The states of a list, and of a member of it as we know it. docs/states.md draws them."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where a list stands. Only a live list receives deliveries."""

    OBSERVED = "observed"  # the sync reads the list and reports what it would do
    LIVE = "live"  # the sync makes the list equal to the registry
    HANDED_BACK = "handed_back"  # people keep the list by hand again


class MemberState(StrEnum):
    """What we know of one address on one list. The SQL function `registry.member_state` derives it from a listing."""

    ADDITION_ASKED = "addition_asked"  # the intent is committed, and no read has shown it yet
    ADDITION_IMPORTED = "addition_imported"  # a person said that they imported the sheet with it: believed, not seen
    ON_LIST = "on_list"  # a complete read or an export showed it
    MISSING = "missing"  # it was on the list, nobody asked to remove it, and one complete read lacked it
    REFUSED = "refused"  # the vendor refused the address, or made another one of it
    REMOVAL_ASKED = "removal_asked"  # the intent is committed, and no read has shown that it is off
    REMOVAL_IMPORTED = "removal_imported"  # a person said that they imported the sheet that removes it
