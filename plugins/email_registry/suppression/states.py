"""Why an address is suppressed. docs/states.md explains each reason."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """The reason of a suppression."""

    OBJECTION = "objection"  # the person objected
    ERASURE = "erasure"  # the person was erased
    LEFT = "left"  # the person left a list by themselves
    DO_NOT_CONTACT = "do_not_contact"  # Webropol's Do-Not-Contact export named the address
    INVALID = "invalid"  # Webropol's Invalid export named the address
    RELIST = "relist"  # only until the address is off every list; then a source may bring it again
