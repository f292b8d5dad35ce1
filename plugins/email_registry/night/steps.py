"""The steps of a night. Each takes the night's run id, may be run again, and returns counts.

open → extract every source → check what is staged → check what load would publish → load every audience → close
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from email_registry import audit, check, doctor, runs, suppression
from email_registry import extract as extracting
from email_registry import load as loading
from email_registry.boundaries.database import Database, Role, transaction
from email_registry.check import Verdict
from email_registry.errors import Held, contained
from email_registry.runs import RunKind, RunState
from email_registry.settings import policy, utc_now

ROLE: Role = "loader"
HISTORY = 7  # the number of earlier nights that decide what is usual
CHANGES = ("new", "returned", "absent")


@contained
def open_night(on: date, *, owner: str) -> int:
    """Take the night's lease and empty staging. Returns the night's run id.

    The doctor makes a short check before that. Raises ConfigurationError, Held or DatabaseFailed when it finds a
    problem.
    """
    doctor.before_night()
    night_id = runs.begin(ROLE, RunKind.NIGHT, "registry", on, owner=owner)
    extracting.clear()
    return night_id


@contained
def extract(night_id: int, source: str) -> Mapping[str, int]:
    """Read one source into staging. Returns received, valid, filtered. Raises SourceFailed when it is not complete."""
    night = runs.find(ROLE, night_id)
    proof = extracting.extract_source(night_id, source, _date(night), owner=f"night:{night_id}")
    return {"received": proof.received, "valid": proof.valid, "filtered": proof.filtered}


@contained
def check_staged(night_id: int) -> Mapping[str, int]:
    """Judge the staged rows of each source with Great Expectations. Returns source -> 1 if it may be loaded, else 0."""
    started = utc_now()
    verdicts = check.judge_staged(night_id, _bounds(night_id, _date(runs.find(ROLE, night_id))))
    passed = {verdict.subject: _written(night_id, verdict, started, {}) for verdict in verdicts}
    check.publish_reports(night_id)
    return passed


@contained
def check_candidates(night_id: int) -> Mapping[str, int]:
    """Prepare the candidates, each address once, and judge them with Great Expectations.

    Returns audience -> 1 if it may be loaded, else 0.
    """
    started, audiences = utc_now(), list(policy().audiences)
    counts = {audience: loading.prepare_candidates(night_id, audience) for audience in audiences}
    verdicts = check.judge_candidates(night_id, audiences)
    passed = {
        verdict.subject: _written(night_id, verdict, started, counts[verdict.subject]._asdict()) for verdict in verdicts
    }
    check.publish_reports(night_id)
    return passed


@contained
def load(night_id: int, audience: str) -> Mapping[str, int]:
    """Publish one audience's candidates. Returns the counts of the load.

    Raises Held when the candidates did not pass the gate.
    """
    night = runs.find(ROLE, night_id)
    return loading.load_audience(night_id, audience, _date(night), owner=f"night:{night_id}")


@contained
def changed(night_id: int) -> Mapping[str, Mapping[str, int]]:
    """Return the audiences whose registry this night changed, with the counts of their loads."""
    loads = {
        run.subject: run.counts
        for run in runs.children(ROLE, night_id)
        if (run.kind, run.state) == (RunKind.LOAD, RunState.DONE)
    }
    return {audience: counts for audience, counts in loads.items() if any(counts[key] for key in CHANGES)}


@contained
def close_night(night_id: int) -> Mapping[str, int]:
    """Empty staging, close the night, and anchor the audit. Raises Held when anything stopped; it says what.

    If the night is over already, or was taken over, staging is not emptied, because it is another night's.
    """
    if runs.find(ROLE, night_id).state == RunState.OPEN:
        extracting.clear()
    with transaction(ROLE) as database:
        runs.abandon_children(database, night_id)
    stopped = [child for child in runs.children(ROLE, night_id) if child.state != RunState.DONE]
    problem = _problem(stopped, _never_came(night_id))
    with transaction(ROLE) as database:
        _note_lacked(database, night_id)
        audit.append(database, "night", "registry", {"stopped": len(stopped)}, run_id=night_id, at=utc_now())
        runs.end(
            database, night_id, RunState.HELD if problem else RunState.DONE, {"stopped": len(stopped)}, error=problem
        )
    audit.anchor()
    if problem is not None:
        raise problem
    return {"stopped": 0}


def _bounds(night_id: int, on: date) -> Mapping[str, check.Bounds]:
    """Return the bounds of each staged source. They follow from the policy and from what the source brought before."""
    with transaction(ROLE) as database:
        staged = [row["source"] for row in database.rows("check/staged_sources", night_id=night_id)]
        last = database.rows("check/last_staged", night_id=night_id, nights=HISTORY)
        loaded = database.rows("check/last_loaded", night_id=night_id)
    history = {row["source"]: row["last"] for row in last}
    loaded_on = {row["source"]: row["loaded_on"] for row in loaded}
    known, by_person = policy(), check.accepted(night_id)
    usual = {
        name: check.bounds_of(
            known.sources[name], history.get(name, ()), loaded_on=loaded_on.get(name), on=on,
            unseen_days=known.audiences[known.sources[name].audience].retention.unseen_days,
        )
        for name in staged
    }  # fmt: skip
    return {name: check.without_history(found) if name in by_person else found for name, found in usual.items()}


def _note_lacked(database: Database, night_id: int) -> None:
    """Note for which suppressions no source has the address any more. Such a suppression may end one day.

    It looks only at audiences of which every source was complete and passed the gate.
    """
    night = runs.find(ROLE, night_id)
    loads = [run for run in runs.children(ROLE, night_id) if (run.kind, run.state) == (RunKind.LOAD, RunState.DONE)]
    whole = {run.subject for run in loads if not run.counts["absences_skipped"]}
    if night.business_date is not None and night.state == RunState.OPEN:
        before = database.row("runs/night_before", id=night_id)
        paused = before is not None and runs.is_far(night.business_date, before["business_date"])
        suppression.note_lacked(database, whole, night.business_date, paused=paused)


def _date(night: runs.Run) -> date:
    if night.business_date is None or night.state != RunState.OPEN:
        raise Held(f"night {night.id} is {night.state}: begin a new one", runbook="lease")
    return night.business_date


def _written(night_id: int, verdict: Verdict, started: datetime, counts: Mapping[str, int]) -> int:
    """Store a verdict as a run of its own, because load looks for that run. Returns 1 if the verdict passed, else 0."""
    run_id = runs.begin(
        ROLE, RunKind.CHECK, verdict.subject, _date(runs.find(ROLE, night_id)),
        owner=f"night:{night_id}", parent_id=night_id, started_at=started,
    )  # fmt: skip
    failed = sum(not outcome.success for outcome in verdict.outcomes)
    problem = None if verdict.passed else Held(f"{verdict.subject}: {verdict.reason}", runbook="quality-stop")
    with transaction(ROLE) as database:
        counts = {**counts, "expectations": len(verdict.outcomes), "failed": failed}
        runs.end(database, run_id, RunState.DONE if verdict.passed else RunState.HELD, counts, error=problem)
    return int(verdict.passed)


def _never_came(night_id: int) -> list[str]:
    """Return the audiences whose load never began, because an earlier step failed."""
    children = {(child.kind, child.subject) for child in runs.children(ROLE, night_id)}
    return [audience for audience in policy().audiences if (RunKind.LOAD, audience) not in children]


def _problem(stopped: list[runs.Run], not_loaded: list[str]) -> Held | None:
    reasons = [child.reason or f"{child.kind} of {child.subject} did not end" for child in stopped]
    reasons += [f"{audience} was not loaded" for audience in not_loaded]
    if not reasons:
        return None
    runbook = next((child.runbook for child in stopped if child.runbook), "night-stopped")
    return Held("the night holds, nobody was removed on account of it: " + "; ".join(reasons), runbook=runbook)
