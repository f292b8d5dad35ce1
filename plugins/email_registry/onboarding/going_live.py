"""A list goes live when a named person says so and it has passed every step. It may be observed again later."""

from __future__ import annotations

from collections.abc import Mapping

from email_registry import audit, lists
from email_registry.boundaries.database import Database, locked, transaction
from email_registry.errors import Held, contained
from email_registry.lists import Stage
from email_registry.onboarding.handing_back import note_sheet_taken, require_other_stage, withdraw_sheets
from email_registry.settings import policy


@contained
def check_steps(name: str) -> list[str]:
    """Report the steps that the list has not passed yet, each with what to do next; empty where it may go live."""
    lists.require_known_target(name)
    with transaction("list_sync") as database:
        return _check_steps(database, name)


@contained
def is_onboarding() -> bool:
    """Tell whether a list is observed on its way to going live, and the policy has a pilot."""
    if policy().pilot is None:
        return False
    with transaction("list_sync") as database:
        return any(lists.stage_of(database, name) == Stage.OBSERVED for name in policy().targets)


@contained
def go_live(name: str, *, by: str, why: str) -> Mapping[str, str]:
    """Let the next sync change the list. Held where a step is missing, naming all that are missing."""
    lists.require_known_target(name)
    with locked("list_sync", "target", name) as database:
        require_other_stage(database, name, Stage.LIVE)
        missing = _check_steps(database, name)
        if missing:
            raise Held(
                f"target {name} can not go live yet: {'; '.join(missing)}. Nothing was changed", runbook="go-live"
            )
        lists.move_to_stage(database, name, Stage.LIVE, by=by, why=why)
    note_sheet_taken(name)
    audit.anchor()
    return {"target": name, "stage": Stage.LIVE.value}


@contained
def observe(name: str, *, by: str, why: str) -> Mapping[str, str]:
    """Stop changing the list: each sync only reports what it would do. Adopting and observing begin anew."""
    lists.require_known_target(name)
    with locked("list_sync", "target", name) as database:
        require_other_stage(database, name, Stage.OBSERVED)
        lists.move_to_stage(database, name, Stage.OBSERVED, by=by, why=why)
        database.execute("onboarding/forget_members", target=name)
    withdraw_sheets(name)
    audit.anchor()
    return {"target": name, "stage": Stage.OBSERVED.value}


def _check_steps(database: Database, name: str) -> list[str]:
    rules, steps = policy().onboarding, database.one("onboarding/find_steps", target=name)
    missing = []
    if steps["observed"] < rules.observe_nights:
        missing.append(f"{steps['observed']} of {rules.observe_nights} nights were observed: let the nights go on")
    if steps["adopted_at"] is None:
        missing.append(f"its list was not adopted: ./registry list adopt {name}")
    elif steps["known_at"] is None:
        missing.append(
            "it is not known who had left it before: put the Do-Not-Contact export into the folder `unsubscribes` and "
            f"run ./registry list read-unsubscribes, or sign that there is none: "
            f"./registry list sign-none-left {name} --why …"
        )
    if policy().pilot is None:
        missing.append("the policy has no `pilot`: name a list of staff there")
    elif steps["piloted"] < rules.pilot_nights:
        missing.append(
            f"{steps['piloted']} of {rules.pilot_nights} nights of the pilot were verified: ./registry list pilot"
        )
    return missing
