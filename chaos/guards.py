"""The sync with one guard off. The rig must find faults in these variants, because otherwise it proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from chaos.steps import STEPS, WAITING

AS_BUILT = "as built"
RETRIES = 3


def blind_retry() -> None:
    """Send a request without an answer again, as many HTTP clients do."""
    from email_registry.deliveries import OutcomeUnknown, RestDelivery

    once = RestDelivery._act

    def again(self: RestDelivery, path: str, body: Any) -> Any:
        for _ in range(RETRIES):
            try:
                return once(self, path, body)
            except OutcomeUnknown:
                continue
        return once(self, path, body)

    _replace(RestDelivery, "_act", again)


def read_at_once() -> None:
    """Read the list without waiting for requests that may still be applied. Nothing is sent again."""
    from email_registry.sync import approved, planning, verification

    for module in (planning, approved):
        _replace(module, "wait_until_quiet", lambda *arguments: None)
    _replace(verification, "wait_longest_request", lambda *arguments: None)


def no_check_before_sending() -> None:
    """Do what was planned, whatever has changed since."""
    from email_registry.suppression import Suppressions
    from email_registry.sync import applying

    _replace(applying, "_stale_items", lambda *arguments: set())
    _replace(Suppressions, "contains", lambda *arguments: False)


def no_second_read() -> None:
    """Do what a person approved without reading the list again since it was planned."""
    from email_registry.sync import applying

    _replace(applying, "_read_again", lambda *arguments: None)


def no_memory() -> None:
    """Compare the registry with the list, without what was seen on the list before."""
    import sqlalchemy as sa

    from email_registry.sync import planning

    plan = planning._plan
    forget = sa.text(
        "UPDATE registry.listing SET add_asked = coalesce(add_asked, seen), seen = NULL, missed_in = NULL"
        " WHERE target = :target"
    )

    def forgetful(planning_: Any, **options: Any) -> Any:
        planning_.database._connection.execute(forget, {"target": planning_.name})
        return plan(planning_, **options)

    _replace(planning, "_plan", forgetful)


OFF: Mapping[str, Callable[[], None]] = {
    "blind retry": blind_retry,
    "read back at once": read_at_once,
    "no second look": no_check_before_sending,
    "approved unread": no_second_read,
    "no memory of who was seen": no_memory,
}
VARIANTS = (AS_BUILT, *OFF)
# Steps that do not exist without a guard. A sync without memory takes each night for the first one and asks nobody.
MISSING_STEPS: Mapping[str, Collection[str]] = {
    "read back at once": (WAITING,),
    "no memory of who was seen": [name for name, step in STEPS.items() if step.approving],
}


def switch_off(variant: str) -> None:
    """Switch the variant's guard off in this process, for as long as it lives."""
    if variant != AS_BUILT:
        OFF[variant]()


def _replace(owner: Any, name: str, by: Any) -> None:
    getattr(owner, name)  # AttributeError if the product has renamed it
    setattr(owner, name, by)
