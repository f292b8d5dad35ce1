"""A list that people kept by hand for years, taken over: nobody is added or removed by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from email_registry import audit, runs
from email_registry.boundaries.database import Database, comparing, locked
from email_registry.errors import Held, contained
from email_registry.lists.freezes import hold_known
from email_registry.lists.stages import know_who_left, stage_of
from email_registry.settings import policy, utc_now
from email_registry.sync.reading import (
    clear,
    cleared_on_failure,
    delivery_of,
    hold_to_read,
    note_suppressed,
    read_list,
)


@contained
def adopt(name: str, on: date, *, owner: str) -> Mapping[str, int]:
    """Compare the list with the registry, and remember both. Returns in_both, list_only, registry_only, suppressed.

    In both: ours from now on. On the list only: foreign, kept and counted. In the registry only: they may have left
    earlier, and are withheld until that is known. Once more begins anew. Held where the list is live already.
    """
    hold_known(name)
    target = policy().targets[name]
    with runs.running("list_sync", "adopt", name, on, owner=owner) as run_id, cleared_on_failure(run_id):
        clear(run_id)
        delivery = delivery_of(name, target)
        if not delivery.sees():
            raise Held(
                f"target {name}: no new export of the list is in its folder. Export the list at Webropol, put the file "
                "there and adopt again",
                runbook="go-live",
            )
        note_suppressed(run_id, target.audiences)
        members = read_list(run_id, 1, delivery, target.audiences)
        with comparing("list_sync", "target", name) as database:
            hold_to_read(database, run_id, 1, members)
            _hold_not_live(database, name)
            counts = _compared(database, run_id, name)
            delivery.was_read(database, run_id)
            audit.append(database, "adopt", name, counts, run_id=run_id, at=utc_now())
            runs.end(database, run_id, counts=counts)
        clear(run_id)
    audit.anchor()
    return counts


@contained
def sign_none_left(name: str, *, by: str, why: str) -> Mapping[str, int]:
    """An officer signs that nobody had left the list before it was adopted, so that all may be added. Returns lists.

    Held where nothing waits for that word.
    """
    hold_known(name)
    with locked("list_sync", "target", name) as database:
        if not know_who_left(database, by=by, why=why, target=name):
            raise Held(f"target {name}: nobody is withheld from it; adopt it first", runbook="go-live")
        audit.append(database, "none_left", name, {"why": why}, run_id=None, at=utc_now(), by=by)
    audit.anchor()
    return {"lists": 1}


def _hold_not_live(database: Database, name: str) -> None:
    if stage_of(database, name) == "live":
        raise Held(
            f"target {name} is live: it was adopted before. To take it over anew: ./registry observe {name} --why …",
            runbook="go-live",
        )


def _compared(database: Database, run_id: int, name: str) -> dict[str, int]:
    these = {"run_id": run_id, "target": name}
    at, audiences = utc_now(), list(policy().targets[name].audiences)
    found = database.one("onboarding/compare", run_id=run_id, audiences=audiences)
    database.execute("onboarding/forget_gone", **these)
    database.execute("onboarding/take_over", **these, audiences=audiences, at=at)
    database.execute("onboarding/release", **these)
    database.execute("onboarding/withhold", **these, audiences=audiences)
    database.execute("onboarding/forget_adoptions", target=name, at=at)
    kept = {key: int(found[key]) for key in ("in_both", "list_only", "registry_only")}
    database.execute("onboarding/note_adoption", **these, at=at, **kept)
    return {**kept, "suppressed": int(found["suppressed"])}
