"""
# What has expired is deleted

For each audience:

1. **plan**: count who is due: absent for the policy's days, or brought by no source for the most days there may be;
   and off every list, as seen by a read.
2. **expire**: delete them, rewrite the table so that the bytes go too, write a deletion certificate.
3. **approve** and **expire_approved** (only above the policy's threshold): a named person decides.

Older than, never in a window: nights without a run change nothing. By hand: `./registry expire`.
"""

from airflow.sdk import CronTriggerTimetable, TaskGroup, dag, task

from email_registry import expire
from email_registry.settings import policy
from registry_airflow.context import run_date, run_owner
from registry_airflow.forms import DATE, approval
from registry_airflow.skipping import skip_unless_held, skip_unless_released


@dag(
    schedule=CronTriggerTimetable("30 4 * * *", timezone="Europe/Helsinki"),
    catchup=False,
    max_active_runs=1,
    params={"date": DATE},
    doc_md=__doc__,
    tags=["registry"],
)
def expire_addresses():
    @task
    def plan(audience: str) -> dict:
        """Count who is due, and decide whether so many may go without a person's word."""
        return expire.plan_expiry(audience, run_date()).summary

    @task
    def delete(audience: str, planned: dict) -> dict:
        """Delete who is due, rewrite, certify; skipped where it waits for an approval."""
        skip_unless_released(planned)
        return expire.expire(audience, run_date(), owner=run_owner())

    @task
    def waits(planned: dict) -> None:
        """Skipped, and the approval with it, where nothing waits."""
        skip_unless_held(planned)

    @task
    def delete_approved(audience: str) -> dict:
        """Delete who is due, as a person approved."""
        return expire.expire(audience, run_date(), owner=run_owner(), approved=True)

    for audience in policy().audiences:
        with TaskGroup(audience):
            planned = plan(audience)
            approve = approval(f"{audience}: may these be deleted?", f"{audience}.plan", "reason")
            delete(audience, planned)
            waits(planned) >> approve >> delete_approved(audience)


expire_addresses()
