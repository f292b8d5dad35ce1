"""What a person fills in: a run's date, a reason, an approval. None takes an address."""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param

from registry_airflow.descriptions import named

DATE = Param(None, type=["null", "string"], format="date", title="Local date; the run's own if empty")
DRY_RUN = Param(False, type="boolean", title="Dry run: counts only, nothing is changed")


def reason(title: str) -> Param:
    """A reason in words."""
    return Param("", type="string", maxLength=200, pattern="^[^@]*$", title=title)


WHY_BY_HAND = reason("Reason, if by hand; no addresses")
NO_RESET = "it lost no members"
# What a person says of a list that lost its members; `context.decided` reads it.
RESET = Param(
    NO_RESET,
    enum=[NO_RESET, "republish", "left"],
    title="If the list lost its members: fill it again, or did all of them leave?",
)


def approval(subject: str, plan: str, summary_key: str, **questions: Param) -> ApprovalOperator:
    """Wait three days for a named person.

    `summary_key`: the key, in the result of the task `plan`, of the text that the person reads.

    `questions`: what is asked besides the reason.
    """
    return ApprovalOperator(
        **named("approve"),
        subject=subject,
        body="{{ ti.xcom_pull('" + plan + "')['" + summary_key + "'] }}",
        params={"why": reason("Why"), **questions},
        response_timeout=timedelta(days=3),
        retries=2,  # answered within about a second of the wait, Airflow 3.3.2 fails the task
    )
