"""
# The open cases of persons' rights

1. **confirm**: find the persons of open cases on every list, remove them, and read the list. Rewrite the bytes.
2. **due**: red when a case is due within the policy's days (`rights.alarm_days`) or was due. Answer the person.

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
        """Take the persons of open cases off every list. Returns counts of what still waits."""
        return rights.confirm_all(run_date(), owner=run_owner())

    @task(trigger_rule=TriggerRule.ALL_DONE, **named("due"))
    def due() -> None:
        """Fail when cases are due soon. No other task depends on this one."""
        rights.require_none_due(run_date())

    confirm() >> due()


rights_cases()
