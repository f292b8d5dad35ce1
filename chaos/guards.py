"""The sync as it is built, and with one guard off: a rig that finds nothing in those would prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from chaos.steps import STEPS, WAITING

AS_BUILT = "as built"
TIMES = 3


def blind_retry() -> None:
    """A request without an answer is sent again, as clients of HTTP do."""
    from email_registry.deliveries import OutcomeUnknown, RestDelivery

    once = RestDelivery._act

    def again(self: RestDelivery, path: str, body: Any) -> Any:
        for _ in range(TIMES):
            try:
                return once(self, path, body)
            except OutcomeUnknown:
                continue
        return once(self, path, body)

    _replace(RestDelivery, "_act", again)


def read_at_once() -> None:
    """Nothing is resent, but the list is read without waiting for what may still be applied."""
    from email_registry.sync import approved, planning, verification

    for module in (planning, approved):
        _replace(module, "wait_until_quiet", lambda *arguments: None)
    _replace(verification, "wait_longest_request", lambda *arguments: None)


def no_second_look() -> None:
    """What was planned is done, whatever has changed since."""
    from email_registry.suppression import Suppressions
    from email_registry.sync import applying

    _replace(applying, "_stale_items", lambda *arguments: set())
    _replace(Suppressions, "holds", lambda *arguments: False)


def no_new_look_at_the_list() -> None:
    """What waited for a person is done on the strength of the read that it was planned from."""
    from email_registry.sync import applying

    _replace(applying, "_read_again", lambda *arguments: None)


def no_memory() -> None:
    """The registry against the list, and nothing of whom it saw there before."""
    import sqlalchemy as sa

    from email_registry.sync import planning

    plan = planning._plan
    forget = sa.text(
        "UPDATE registry.listing SET add_asked = coalesce(add_asked, seen), seen = NULL, missed_in = NULL"
        " WHERE target = :target"
    )

    def forgetful(about: Any, **options: Any) -> Any:
        about.database._connection.execute(forget, {"target": about.name})
        return plan(about, **options)

    _replace(planning, "_plan", forgetful)


OFF: Mapping[str, Callable[[], None]] = {
    "blind retry": blind_retry,
    "read back at once": read_at_once,
    "no second look": no_second_look,
    "approved unread": no_new_look_at_the_list,
    "no memory of who was seen": no_memory,
}
VARIANTS = (AS_BUILT, *OFF)
# Steps that are gone with a guard. Who remembers nobody takes each night for the first one, and asks no person.
NOT_THERE: Mapping[str, Collection[str]] = {
    "read back at once": (WAITING,),
    "no memory of who was seen": [name for name, step in STEPS.items() if step.approving],
}


def switch_off(variant: str) -> None:
    """In this process, for its life."""
    if variant != AS_BUILT:
        OFF[variant]()


def _replace(owner: Any, name: str, by: Any) -> None:
    getattr(owner, name)  # AttributeError where the product calls it otherwise now
    setattr(owner, name, by)
