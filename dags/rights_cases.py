"""
# What persons asked for, seen through

1. **confirm**: who erased or objected is looked for on every list, taken off, and seen to be gone; bytes are rewritten.
2. **due**: red where a case is due within the policy's days (`rights.alarm_days`), or was due: answer the person.

Every day. Cases are opened by a person: on the page for the rights of persons, or by `./registry rights`. By hand:
`./registry rights due --confirm`.
"""

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, task

from email_registry import rights
from registry_airflow.context import run_date, run_owner
from registry_airflow.descriptions import common, named
from registry_airflow.forms import DATE
from registry_airflow.retries import again_later


@dag(
    schedule=CronTriggerTimetable("30 7 * * *", timezone="Europe/Helsinki"),
    max_active_runs=1,
    params={"date": DATE},
    doc_md=__doc__,
    **common("rights_cases"),
)
def rights_cases():
    @task(**named("confirm"), **again_later())
    def confirm() -> dict:
        """See the persons of open cases off every list; counts of what still waits."""
        return rights.confirm_all(run_date(), owner=run_owner())

    @task(trigger_rule=TriggerRule.ALL_DONE, **named("due"))
    def due() -> None:
        """Say which cases are due soon; nothing depends on it."""
        rights.require_none_due(run_date())

    confirm() >> due()


rights_cases()
