"""What may be done at once, and what waits for a person: a pure decision over counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from email_registry.settings.list_policy import ListBreaker, Sync
from email_registry.settings.shapes import Breaker

ACTS = ("remove", "double", "foreign", "add")


@dataclass(frozen=True)
class Decision:
    """Acts released, acts held, and why in words. `reset` means that nothing of the read may be believed."""

    released: tuple[str, ...]
    held: tuple[str, ...]
    reason: str | None
    reset: bool = False


def decide(
    counts: Mapping[str, int],
    *,
    listed: int,
    listed_there: int,
    members: int,
    rules: Sync,
    closed: Collection[str] = (),
    read: bool = True,
) -> Decision:
    """Judge a plan's counts.

    `listed`: whom we saw on the list before and did not ask to go; `listed_there`: how many of them the read shows;
    `members`: everybody it shows. A list that held many of ours and now holds none was reset, not left by all.
    `closed`: acts that are out of the question, approved or not. `read`: False where the list is only believed so.
    """
    kept = ("foreign",) if rules.foreign == "keep" else ()
    allowed = tuple(act for act in ACTS if act not in (*closed, *kept))
    reset = was_reset(listed=listed, listed_there=listed_there, rules=rules) if read else None
    if reset is not None:
        return Decision((), allowed, reset, reset=True)
    acts = [act for act in allowed if counts.get(act)]
    held, reasons = [], []
    for act in acts:
        why = _too_many(act, counts[act], listed=listed, members=members, rules=rules)
        if why:
            held.append(act)
            reasons.append(why)
    released = tuple(act for act in acts if act not in held)
    return Decision(released, tuple(held), "; ".join(reasons) or None)


def was_reset(*, listed: int, listed_there: int, rules: Sync) -> str | None:
    """Why the read may not be believed, in words; None where it may."""
    if listed >= rules.reset_floor and listed_there == 0:
        return f"the list was reset: {listed} were listed and none of them is there"
    lost = listed - listed_there
    if _above(lost, listed, rules.removals):
        return f"{lost} of {listed} listed are not there, too many to have left at once"
    return None


def _too_many(act: str, count: int, *, listed: int, members: int, rules: Sync) -> str | None:
    word, breaker, base = _words(act, listed, members, rules)
    if not listed:
        low, high = breaker.first_night.min, breaker.first_night.max
        within = low <= count <= high
        return None if within else f"{count} {word} of a list that is new to us, {low} to {high} are expected"
    if not _above(count, max(base, 1), breaker):
        return None
    return f"{count} {word} of {base} listed, above {breaker.share:.0%} and {breaker.floor}"


def _words(act: str, listed: int, members: int, rules: Sync) -> tuple[str, ListBreaker, int]:
    if act == "add":
        return "additions", rules.additions, listed
    words = {
        "remove": "removals",
        "double": "removals of second copies",
        "foreign": "removals of people we never listed",
    }
    return words[act], rules.removals, members


def _above(count: int, base: int, breaker: Breaker) -> bool:
    return count > breaker.floor and count > breaker.share * base
