"""What the form of `lists_by_hand` offers, each one a function of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from email_registry import sync
from email_registry.errors import ConfigurationError
from email_registry.settings import business_date

ACTIONS = ["freeze", "thaw", "imported", "withdraw", "emptied"]


def act(params: Mapping[str, Any], on: date, *, by: str) -> dict[str, Any]:
    """Do `params["action"]` to `params["target"]`. Returns counts and ids."""
    action, target, why = params["action"], params["target"], params["reason"] or "from the form"
    if action == "freeze":
        if not params["until"]:
            raise ConfigurationError("freeze needs the last day on which nobody is added")
        sync.freeze(target, on, business_date(params["until"]), by=by, why=why)
    elif action == "thaw":
        sync.thaw(target, by=by, why=why)
    elif action == "emptied":
        sync.forget_members(target, by=by, why=why)
    else:
        return {**sync.note_imported(target, by=by, never=action == "withdraw")}
    return {"target": target, "action": action}
