"""The states of an address of the registry. docs/states.md draws them."""

from __future__ import annotations

from enum import StrEnum


class AddressState(StrEnum):
    """Whether sources still bring an address. It is derived from the address's row in `registry.unseen`."""

    PRESENT = "present"  # a source brought it on the last night; it has no row
    UNSEEN = "unseen"  # no source brought it, and its absence is not proven; its row has no `absent_since`
    ABSENT = "absent"  # its absence was proven; its row has `absent_since`
