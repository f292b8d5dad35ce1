"""Make a list equal to the registry: plan from a read of the list, apply exactly that plan, and read the list back."""

from email_registry.sync.applying import apply
from email_registry.sync.approved import apply_approved
from email_registry.sync.planning import Plan, make_plan
from email_registry.sync.quiesce import wait_longest_request, wait_until_quiet
from email_registry.sync.reading import (
    PLANNED_READ,
    READ_BACK,
    clear,
    cleared_on_failure,
    note_suppressed,
    read_list,
    require_staged_members,
)
from email_registry.sync.verification import read_back

__all__ = [
    "PLANNED_READ",
    "READ_BACK",
    "Plan",
    "apply",
    "apply_approved",
    "clear",
    "cleared_on_failure",
    "make_plan",
    "note_suppressed",
    "read_back",
    "read_list",
    "require_staged_members",
    "wait_longest_request",
    "wait_until_quiet",
]
