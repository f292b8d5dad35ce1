"""Adopting takes over a list that people kept by hand for years. It adds and removes nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from email_registry import audit, deliveries, lists, runs
from email_registry.boundaries.database import Database, comparing, locked
from email_registry.errors import Held, contained
from email_registry.lists import Stage
from email_registry.runs import RunKind
from email_registry.settings import policy, utc_now
from email_registry.sync import (
    PLANNED_READ,
    clear,
    cleared_on_failure,
    note_suppressed,
    read_list,
    require_staged_members,
)


@contained
def adopt(name: str, on: date, *, owner: str) -> Mapping[str, int]:
    """Compare the list with the registry, and remember both. Returns in_both, list_only, registry_only, suppressed.

    Members in both are ours from now on. Members on the list only are unmanaged: they are kept and counted. Addresses
    in the registry only may have left the list earlier: they are withheld until that is known. Adopting once more
    begins anew. Held where the list is live already.
    """
    lists.require_known_target(name)
    target = policy().targets[name]
    with runs.running("list_sync", RunKind.ADOPT, name, on, owner=owner) as run_id, cleared_on_failure(run_id):
        clear(run_id)
        delivery = deliveries.delivery_of(name, target)
        delivery.require_one_name()
        if not delivery.can_read_list():
            raise Held(
                f"target {name}: no new export of the list is in its folder. Export the list at Webropol, put the file "
                "there and adopt again",
                runbook="go-live",
            )
        note_suppressed(run_id, target.audiences)
        members = read_list(run_id, PLANNED_READ, delivery, target.audiences)
        with comparing("list_sync", "target", name) as database:
            require_staged_members(database, run_id, PLANNED_READ, members)
            _require_not_live(database, name)
            counts = _take_over(database, run_id, name)
            delivery.note_read(database, run_id)
            audit.append(database, "adopt", name, counts, run_id=run_id, at=utc_now())
            runs.end(database, run_id, counts=counts)
        clear(run_id)
    audit.anchor()
    return counts


@contained
def sign_none_left(name: str, *, by: str, why: str) -> Mapping[str, int]:
    """Note that an officer signs that nobody had left the list before it was adopted, so that all may be added.

    Returns lists (how many). Held where nobody is withheld from the list.
    """
    lists.require_known_target(name)
    with locked("list_sync", "target", name) as database:
        if not lists.release_withheld(database, by=by, why=why, target=name):
            raise Held(f"target {name}: nobody is withheld from it; adopt it first", runbook="go-live")
        audit.append(database, "none_left", name, {"why": why}, run_id=None, at=utc_now(), by=by)
    audit.anchor()
    return {"lists": 1}


def _require_not_live(database: Database, name: str) -> None:
    if lists.stage_of(database, name) == Stage.LIVE:
        raise Held(
            f"target {name} is live: it was adopted before. To take it over anew: "
            f"./registry list observe {name} --why …",
            runbook="go-live",
        )


def _take_over(database: Database, run_id: int, name: str) -> dict[str, int]:
    parameters = {"run_id": run_id, "target": name}
    at, audiences = utc_now(), list(policy().targets[name].audiences)
    counts = database.one("onboarding/compare", run_id=run_id, audiences=audiences)
    database.execute("onboarding/forget_absent_members", **parameters)
    database.execute("onboarding/take_over_members", **parameters, audiences=audiences, at=at)
    database.execute("onboarding/release_members", **parameters)
    database.execute("onboarding/withhold", **parameters, audiences=audiences)
    database.execute("onboarding/end_earlier_adoptions", target=name, at=at)
    kept = {key: int(counts[key]) for key in ("in_both", "list_only", "registry_only")}
    database.execute("onboarding/note_adoption", **parameters, at=at, **kept)
    return {**kept, "suppressed": int(counts["suppressed"])}
