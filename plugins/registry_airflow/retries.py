"""Which tasks are tried again within the night, and after how long.

Others fail at once, because they would fail again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from email_registry.settings import policy

AGAIN_LATER = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=["email_registry.errors.SourceUnready", "email_registry.errors.DatabaseFailed"],
            action=RetryAction.RETRY,
        )
    ],
    default=RetryAction.FAIL,
)

# A deletion whose worker was killed goes on within the day; a guard's word is not asked for twice.
AGAIN = {"retries": 2, "retry_delay": timedelta(minutes=5), "retry_policy": AGAIN_LATER}


def again_later() -> dict[str, Any]:
    """Return the arguments of a task that waits for another system, as long as the policy says."""
    waiting = policy().waiting
    return {
        "retries": waiting.tries_again,
        "retry_delay": timedelta(minutes=waiting.minutes_between),
        "retry_policy": AGAIN_LATER,
    }
