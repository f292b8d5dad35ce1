"""Read how the last night, the lists and the registry stand, as one document of counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from email_registry.boundaries.database import Database, transaction
from email_registry.errors import contained
from email_registry.plans import PlanKind
from email_registry.rights import open_cases_in
from email_registry.runs import RunKind, RunState
from email_registry.settings import business_date, environment, policy

Row = Mapping[str, Any]


@contained
def status() -> dict[str, Any]:
    """Return `{night, sources[], audiences[], targets[], expiry[], legal_holds[], cases[], steps[], quality_report}`.

    `night` is None before the first night.
    """
    with transaction("report") as database:
        night = next(iter(database.rows("runs/latest", kind=RunKind.NIGHT)), None)
        under = database.rows("runs/children", id=night["id"]) if night else []
        proofs = database.rows("report/proofs", night_id=night["id"]) if night else []
        syncs = {row["subject"]: row for row in database.rows("runs/latest", kind=RunKind.SYNC)}
        expiries = database.rows("runs/latest", kind=RunKind.EXPIRE)
        audiences = _audiences(database, under)
        waiting = {(row["kind"], row["subject"]): row for row in database.rows("report/waiting_plans")}
        lists = {row["target"]: row for row in database.rows("report/lists", on=business_date(None))}
        stages = {row["target"]: row for row in database.rows("report/stages")}
        cases = open_cases_in(database, business_date(None))
    return {
        "controller": policy().office.controller.fi,
        "night": _night(night),
        "sources": [_source(proof, under) for proof in proofs],
        "audiences": audiences,
        "targets": [
            {
                **_stage(stages.get(name)),
                **_target(name, syncs.get(name), waiting.get((PlanKind.SYNC, name)), lists.get(name)),
            }
            for name in policy().targets
        ],
        "expiry": [_expiry(row, waiting.get((PlanKind.EXPIRY, row["subject"]))) for row in expiries],
        "legal_holds": [
            hold.model_dump(mode="json") for hold in policy().expiry.legal_holds if hold.until >= business_date(None)
        ],
        "cases": cases,
        "steps": [_step(row) for row in [*under, *syncs.values(), *expiries]],
        "quality_report": str(environment().reports / "index.html"),
    }


def _expiry(row: Row, waiting: Row | None) -> Row:
    """Return an audience's last expiry.

    `alarm` says what a person has to know. `waiting_plan` is the plan that a person has to decide about.
    """
    state = {"audience": row["subject"], "state": row["state"], "date": row["business_date"].isoformat()}
    waits = {"waiting_plan": waiting["id"], "waiting_why": waiting["reason"]} if waiting else {}
    return {**state, "reason": row["reason"], **row["counts"], **waits}


def _night(night: Row | None) -> Row | None:
    if night is None:
        return None
    return {
        "run": night["id"],
        "date": night["business_date"].isoformat(),
        "state": night["state"],
        "seconds": _seconds(night["started_at"], night["ended_at"]),
        "reason": night["reason"],
        "runbook": f"docs/runbooks/{night['runbook']}.md" if night["runbook"] else None,
    }


def _source(proof: Row, under: Sequence[Row]) -> Row:
    check = _child(under, RunKind.CHECK, proof["source"])
    return {
        **{key: proof[key] for key in ("source", "audience", "received", "declared", "filtered", "valid", "rejected")},
        "complete": proof["complete"],
        "reason": proof["reason"] or (check["reason"] if check else None),
        "passed": bool(check and check["state"] == RunState.DONE),
        "seconds": _seconds(proof["started_at"], proof["ended_at"]),
    }


def _audiences(database: Database, under: Sequence[Row]) -> list[Row]:
    sizes = {row["audience"]: row for row in database.rows("report/audiences")}
    found: list[Row] = []
    for audience in policy().audiences:
        load = _child(under, RunKind.LOAD, audience)
        size = sizes.get(audience, {"addresses": 0, "present": 0, "absent": 0})
        counts = load["counts"] if load else {}
        found.append({**size, "audience": audience, "state": load["state"] if load else None, **counts})
    return found


def _stage(row: Row | None) -> dict[str, Any]:
    return {
        "stage": (row and row["stage"]) or policy().sync.begins,
        "withheld": int(row["withheld"]) if row else 0,
    }


def _target(name: str, run: Row | None, waiting: Row | None, kept: Row | None) -> dict[str, Any]:
    state: dict[str, Any] = {"target": name, "audiences": list(policy().targets[name].audiences), "state": None}
    if run is not None:
        state |= {
            "state": run["state"],
            "date": run["business_date"].isoformat(),
            "reason": run["reason"],
            **run["counts"],
        }
    if waiting is not None:
        state |= {"waiting_plan": waiting["id"], "waiting_for": waiting["waiting"], "waiting_why": waiting["reason"]}
    if kept is not None:
        for key in ("frozen_until", "sheets_since"):
            state[key] = kept[key].isoformat() if kept[key] else None
        state |= {"frozen_by": kept["frozen_by"], "sheets": kept["sheets"]}
    return state


def _step(row: Row) -> Row:
    return {
        "step": f"{row['kind']} {row['subject']}",
        "state": row["state"],
        "seconds": _seconds(row["started_at"], row["ended_at"]),
    }


def _child(under: Sequence[Row], kind: str, subject: str) -> Row | None:
    return next((row for row in under if (row["kind"], row["subject"]) == (kind, subject)), None)


def _seconds(started: datetime, ended: datetime | None) -> float | None:
    return round((ended - started).total_seconds(), 1) if ended else None
