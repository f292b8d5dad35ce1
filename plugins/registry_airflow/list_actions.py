"""What the form of `lists_by_hand` offers, each one a function of the domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from email_registry import deliveries, lists, onboarding
from email_registry.errors import ConfigurationError
from email_registry.settings import business_date


def _freeze(target: str, on: date, by: str, why: str, until: str | None) -> None:
    if not until:
        raise ConfigurationError("freeze needs the last day on which nobody is added")
    lists.freeze(target, on, business_date(until), by=by, why=why)


# Each takes target, date, who, why, and the end of a freeze; it may give counts.
DEEDS: Mapping[str, Callable[[str, date, str, str, str | None], Mapping[str, Any] | None]] = {
    "freeze": _freeze,
    "thaw": lambda target, on, by, why, until: lists.thaw(target, by=by, why=why),
    "imported": lambda target, on, by, why, until: deliveries.mark_imported(target, by=by),
    "withdraw": lambda target, on, by, why, until: deliveries.withdraw_sheets(target, by=by),
    "emptied": lambda target, on, by, why, until: deliveries.note_emptied(target, by=by, why=why),
    "adopt": lambda target, on, by, why, until: onboarding.adopt(target, on, owner=f"form:{by}"),
    "none left": lambda target, on, by, why, until: onboarding.sign_none_left(target, by=by, why=why),
    "live": lambda target, on, by, why, until: onboarding.go_live(target, by=by, why=why),
    "observe": lambda target, on, by, why, until: onboarding.observe(target, by=by, why=why),
    "hand back": lambda target, on, by, why, until: _without_path(onboarding.hand_back(target, on, by=by, why=why)),
}
ACTIONS = list(DEEDS)
SIGNED = ("none left", "live", "observe", "hand back")


def act(params: Mapping[str, Any], on: date, *, by: str) -> dict[str, Any]:
    """Do `params["action"]` to `params["target"]`. Returns counts and ids."""
    action, target, why = params["action"], params["target"], params["reason"]
    if action in SIGNED and not why:
        raise ConfigurationError(f"{action} needs a reason: it is signed, and goes to the audit")
    done = DEEDS[action](target, on, by, why or "from the form", params["until"])
    return {**done} if done else {"target": target, "action": action}


def _without_path(done: Mapping[str, Any]) -> dict[str, Any]:
    """Where the sheet lies is a matter of the machine; its name says enough."""
    return {key: value for key, value in done.items() if key != "sheet"}
