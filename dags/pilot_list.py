"""
# The list of staff, while a list is on its way to going live

1. **is_onboarding**: skipped where every list is live, or the policy has no pilot.
2. **pilot**: make the list of staff equal, with another one of them left out each day, and read it back.

A list goes live after as many verified nights as the policy says (`onboarding.pilot_nights`).
By hand: `./registry list pilot`.
"""

from airflow.sdk import CronTriggerTimetable, dag, task

from email_registry import onboarding
from registry_airflow.context import run_date, run_owner
from registry_airflow.descriptions import common, named
from registry_airflow.forms import DATE
from registry_airflow.retries import again_later
from registry_airflow.skipping import skip_unless_onboarding


@dag(
    schedule=CronTriggerTimetable("0 6 * * *", timezone="Europe/Helsinki"),
    max_active_runs=1,
    params={"date": DATE},
    doc_md=__doc__,
    **common("pilot_list"),
)
def pilot_list():
    @task(**named("is_onboarding"))
    def is_onboarding() -> None:
        """Skip this task, and the pilot with it, where no list is on its way to going live."""
        skip_unless_onboarding()

    @task(**named("pilot"), **again_later())
    def pilot() -> dict:
        """Make the list of staff equal, and read it back."""
        return onboarding.pilot(run_date(), owner=run_owner())

    is_onboarding() >> pilot()


pilot_list()
