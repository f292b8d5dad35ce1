"""What a task needs to know of its run: the local date it is about, and the name it holds a lease by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from airflow.sdk import get_current_context

from email_registry.settings import business_date


def run_date() -> date:
    """The date of the form, else the Helsinki date of `run_after`: asset and manual runs have no logical date."""
    context = get_current_context()
    return business_date(context["params"].get("date"), otherwise=context["dag_run"].run_after)


def run_owner() -> str:
    """The same for every task and every retry of one DAG run."""
    dag_run = get_current_context()["dag_run"]
    return f"airflow:{dag_run.dag_id}:{dag_run.run_id}"


def approver(decision: Mapping[str, Any]) -> tuple[str, str]:
    """Who answered an approval, and why. An `@` in a user's name does not reach the audit, which refuses it."""
    user = decision.get("responded_by_user") or {}
    why = (decision.get("params_input") or {}).get("why") or "approved in Airflow"
    return str(user.get("name") or "unknown").replace("@", " at "), str(why).replace("@", " at ")
