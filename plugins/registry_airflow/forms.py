"""What a person fills in: a run's date, a reason, an approval. None takes an address."""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param

DATE = Param(None, type=["null", "string"], format="date", title="Local date; the run's own if empty")
DRY_RUN = Param(False, type="boolean", title="Dry run: counts only, nothing is changed")


def reason(title: str) -> Param:
    """A reason in words."""
    return Param("", type="string", maxLength=200, pattern="^[^@]*$", title=title)


def approval(subject: str, plan: str, said: str) -> ApprovalOperator:
    """Wait three days for a named person. `said` is the key of what the task `plan` gave that the person reads."""
    return ApprovalOperator(
        task_id="approve",
        subject=subject,
        body="{{ ti.xcom_pull('" + plan + "')['" + said + "'] }}",
        params={"why": reason("Why")},
        response_timeout=timedelta(days=3),
        retries=2,  # answered within about a second of the wait, Airflow 3.3.2 fails the task
    )
