"""What a task needs to know about its run: the local date, and the owner of its lease."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from airflow.sdk import Context, get_current_context

from email_registry import runs
from email_registry.plans import ResetAnswer
from registry_airflow.assets import NIGHT


def run_date() -> date:
    """Return the date of the form, else of the night that changed an audience, else the Helsinki date of `run_after`.

    Asset and manual runs have no logical date. Held when the clock does not fit the nights that are done.
    """
    context = get_current_context()
    day = context["params"].get("date") or runs.date_of_nights(_nights(context))
    return runs.day(day, otherwise=context["dag_run"].run_after)


def _nights(context: Context) -> list[int]:
    """Return the nights whose asset events started this run. Their date counts, because a person may have given it."""
    events = [event for each in context["triggering_asset_events"].values() for event in each]
    return sorted({int(event.extra[NIGHT]) for event in events if NIGHT in event.extra})


def run_owner() -> str:
    """Return the lease owner. It is the same for every task and retry of a DAG run."""
    dag_run = get_current_context()["dag_run"]
    return f"airflow:{dag_run.dag_id}:{dag_run.run_id}"


def user() -> str:
    """Return who started this run from the form. An `@` in the name is replaced, because the audit refuses it."""
    run = get_current_context()["dag_run"]
    return str(getattr(run, "triggering_user_name", None) or "unknown").replace("@", " at ")


def by_hand(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form of a sync says besides its target."""
    return {"dry_run": params["dry_run"], "why": params["reason"]}


def decided(decision: Mapping[str, Any]) -> dict[str, Any]:
    """Return who answered an approval, why, and what they said about a list that lost its members.

    An `@` in a user's name is replaced, because the audit refuses it.
    """
    user, answers = decision.get("responded_by_user") or {}, decision.get("params_input") or {}
    return {
        "by": str(user.get("name") or "unknown").replace("@", " at "),
        "why": str(answers.get("why") or "approved in Airflow").replace("@", " at "),
        "reset_answer": answers.get("reset") if answers.get("reset") in tuple(ResetAnswer) else None,
    }
