"""The safety limits of a sync: which actions may be done at once, and which wait for a person. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from email_registry.plans.states import Action
from email_registry.settings.list_policy import ListSafetyLimit, Sync

# The actions that change a list, in the order in which they are done: removals before additions.
LIST_ACTIONS = (Action.REMOVE, Action.DUPLICATE, Action.UNMANAGED, Action.ADD)


@dataclass(frozen=True)
class LimitReport:
    """Actions that are released, actions that wait, and why. With `reset`, nothing that was read may be believed."""

    released: tuple[str, ...]
    waiting: tuple[str, ...]
    reason: str | None
    reset: bool = False


def check_limits(
    counts: Mapping[str, int],
    *,
    listed: int,
    listed_seen: int,
    members: int,
    rules: Sync,
    closed: Collection[str] = (),
    read: bool = True,
) -> LimitReport:
    """Compare a plan's counts with the safety limits.

    `listed`: how many we saw on the list before and did not ask to remove. `listed_seen`: how many of them the read
    shows. `members`: how many it shows in all. If many were listed and none of them is there, the list was reset; they
    did not all leave. `closed`: actions that are impossible now, even with an approval. `read`: False when the list was
    not read, and `members` is only what we believe of it.
    """
    kept = (Action.UNMANAGED,) if rules.unmanaged == "keep" else ()
    allowed = tuple(action for action in LIST_ACTIONS if action not in (*closed, *kept))
    reset = was_reset(listed=listed, listed_seen=listed_seen, rules=rules) if read else None
    if reset is not None:
        return LimitReport((), allowed, reset, reset=True)
    actions = [action for action in allowed if counts.get(action)]
    reasons = {
        action: reason
        for action in actions
        if (reason := _too_many(action, counts[action], listed=listed, members=members, rules=rules))
    }
    released = tuple(action for action in actions if action not in reasons)
    return LimitReport(released, tuple(reasons), "; ".join(reasons.values()) or None)


def was_reset(*, listed: int, listed_seen: int, rules: Sync) -> str | None:
    """Return why the read may not be believed, in words. None when it may."""
    if listed >= rules.reset_floor and listed_seen == 0:
        return f"the list was reset: {listed} were listed and none of them is there"
    absentees = listed - listed_seen
    if rules.removals.is_exceeded_by(absentees, listed):
        return f"{absentees} of {listed} listed are not there, too many to have left at once"
    return None


def _too_many(action: str, count: int, *, listed: int, members: int, rules: Sync) -> str | None:
    words, limit, base = _limit_of(action, listed, members, rules)
    if not listed:
        low, high = limit.first_night.min, limit.first_night.max
        within = low <= count <= high
        return None if within else f"{count} {words} of a list that is new to us, {low} to {high} are expected"
    if not limit.is_exceeded_by(count, max(base, 1)):
        return None
    return f"{count} {words} of {base} listed, above {limit.share:.0%} and {limit.floor}"


def _limit_of(action: str, listed: int, members: int, rules: Sync) -> tuple[str, ListSafetyLimit, int]:
    """Return the action in words, its limit, and the number that the limit is a share of."""
    if action == Action.ADD:
        return "additions", rules.additions, listed
    words = {
        Action.REMOVE: "removals",
        Action.DUPLICATE: "removals of second copies",
        Action.UNMANAGED: "removals of people we never listed",
    }
    return words[Action(action)], rules.removals, members
