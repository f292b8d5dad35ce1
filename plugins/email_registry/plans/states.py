"""The states of a plan, of its items and of its decision. docs/states.md draws them."""

from __future__ import annotations

from enum import StrEnum


class PlanKind(StrEnum):
    """What a plan changes. Its subject is then a target or an audience."""

    SYNC = "sync"  # changes to one list; the subject is the target
    EXPIRY = "expiry"  # addresses to delete; the subject is the audience


class PlanState(StrEnum):
    """Where a plan stands. One plan of a kind and subject is open at a time."""

    OPEN = "open"  # it can still be carried out: it is being done, or something of it waits for a person
    DONE = "done"  # nothing of it waits, and what was asked is done
    SUPERSEDED = "superseded"  # a newer plan took its place, or the list moved to another stage


class Decision(StrEnum):
    """What a named person decided about the actions that wait."""

    APPROVED = "approved"  # they may be done
    REFUSED = "refused"  # they are not done; the next plan proposes them again as long as the cause lasts


class ResetAnswer(StrEnum):
    """What a person said about a list that lost its members."""

    REPUBLISH = "republish"  # the list was reset: it is filled again
    LEFT = "left"  # the people left: they are suppressed and stay off


class Action(StrEnum):
    """What a plan's item does.

    The first five change a list or the registry. The others state what a complete read showed.
    """

    ADD = "add"  # put a desired address on the list
    REMOVE = "remove"  # take an address of ours off the list
    DUPLICATE = "duplicate"  # take off a second copy of a member who belongs there
    UNMANAGED = "unmanaged"  # take off a member whom we never listed, if the policy says so
    DELETE = "delete"  # delete an address from the registry
    ADOPT = "adopt"  # a member whom we never listed, and who is desired: ours from now on
    CANCEL_REMOVAL = "cancel_removal"  # a removal was asked, and the member is still there and desired again
    MISSING = "missing"  # a first complete read lacks a member who was on the list
    LEFT = "left"  # a second complete read, in another run, lacks the same member
    RESET_WANTED = "reset_wanted"  # lost with a list that was reset, and still desired
    RESET_UNWANTED = "reset_unwanted"  # lost with a list that was reset, and not desired any more


class ItemState(StrEnum):
    """Where an item stands. It follows from `asked_at`, `dropped` and `outcome`."""

    PLANNED = "planned"  # nothing was asked yet
    ASKED = "asked"  # the intent is committed; the answer is not known, or there is none
    DROPPED = "dropped"  # it was not right any more when its turn came
    DONE = "done"  # the vendor answered that it was done
    REFUSED = "refused"  # the vendor refused this address
    FAILED = "failed"  # the vendor could not do it; the next sync asks again


class Outcome(StrEnum):
    """What the vendor answered for one item, if it answered."""

    DONE = "done"  # accepted, or there already
    REFUSED = "refused"  # the address is not acceptable to the vendor
    FAILED = "failed"  # neither; the next sync asks again
