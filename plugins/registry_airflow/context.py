"""What a task needs to know of its run: the local date it is about, and the name it holds a lease by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from airflow.sdk import Context, get_current_context

from email_registry import runs
from email_registry.plans import ResetAnswer
from registry_airflow.assets import NIGHT


def run_date() -> date:
    """The date of the form, else of the night that changed an audience, else the Helsinki date of `run_after`.

    Asset and manual runs have no logical date. Held where the clock's does not go with the nights that are done.
    """
    context = get_current_context()
    day = context["params"].get("date") or runs.date_of_nights(_nights(context))
    return runs.day(day, otherwise=context["dag_run"].run_after)


def _nights(context: Context) -> list[int]:
    """The nights whose news started this run. Theirs is the date, as it may have been given by a person."""
    events = [event for each in context["triggering_asset_events"].values() for event in each]
    return sorted({int(event.extra[NIGHT]) for event in events if NIGHT in event.extra})


def run_owner() -> str:
    """The same for every task and every retry of one DAG run."""
    dag_run = get_current_context()["dag_run"]
    return f"airflow:{dag_run.dag_id}:{dag_run.run_id}"


def user() -> str:
    """Who started this run from the form; an `@` in a name does not reach the audit, which refuses it."""
    run = get_current_context()["dag_run"]
    return str(getattr(run, "triggering_user_name", None) or "unknown").replace("@", " at ")


def by_hand(params: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of a sync says besides its target."""
    return {"dry_run": params["dry_run"], "why": params["reason"]}


def decided(decision: Mapping[str, Any]) -> dict[str, Any]:
    """Who answered an approval, why, and what was said of a list that lost its members.

    An `@` in a user's name does not reach the audit, which refuses it.
    """
    user, answers = decision.get("responded_by_user") or {}, decision.get("params_input") or {}
    return {
        "by": str(user.get("name") or "unknown").replace("@", " at "),
        "why": str(answers.get("why") or "approved in Airflow").replace("@", " at "),
        "reset_answer": answers.get("reset") if answers.get("reset") in tuple(ResetAnswer) else None,
    }
