"""
# Delete what has expired

For each audience:

1. **plan**: find the due addresses: absent or unseen for longer than the policy's days, and on no list.
2. **delete**: delete them in batches, rewrite the table so that no bytes stay, and write a deletion certificate.
3. **approve**, **delete_approved**: above the safety limit, or on a doubtful day, a person decides about this plan.
4. **alarm**: red when addresses will be deleted because a source is broken, or cannot be because a list still has them.
5. Once: **clear_history** (runs, proofs, reports, sheets, ended suppressions), **clean_airflow** (its rows and logs).

Nights without a run change nothing. By hand: `./registry expire`, `./registry history clear`.
"""

from airflow.sdk import CronTriggerTimetable, TaskGroup, TriggerRule, dag, task

from email_registry import expire, plans
from email_registry.settings import policy
from registry_airflow import airflow_retention
from registry_airflow.context import decided, run_date, run_owner
from registry_airflow.descriptions import common, named
from registry_airflow.forms import DATE, approval
from registry_airflow.retries import AGAIN
from registry_airflow.skipping import skip_unless_released, skip_unless_waiting


@dag(
    schedule=CronTriggerTimetable("30 4 * * *", timezone="Europe/Helsinki"),
    params={"date": DATE},
    doc_md=__doc__,
    **common("expire_addresses"),
)
def expire_addresses():
    @task(**AGAIN, **named("plan"))
    def plan(audience: str) -> dict:
        """Plan, and decide whether so many may go without a person's word."""
        return expire.make_plan(audience, run_date(), owner=run_owner()).summary

    @task(**AGAIN, **named("delete"))
    def delete(planned: dict) -> dict:
        """Delete what the plan released, rewrite, certify; skipped where it waits for an approval."""
        skip_unless_released(planned)
        return expire.delete(planned["plan"], owner=run_owner())

    @task(**named("waits"))
    def waits(planned: dict) -> None:
        """Skipped, and the approval with it, where nothing waits."""
        skip_unless_waiting(planned)

    @task(**AGAIN, **named("delete_approved"))
    def delete_approved(planned: dict, decision: dict) -> dict:
        """Delete what was approved of this plan and is still due."""
        plans.decide(planned["plan"], plans.Decision.APPROVED, **decided(decision))
        return expire.delete(planned["plan"], owner=run_owner())

    @task(trigger_rule=TriggerRule.ALL_DONE, **named("alarm"))
    def alarm(audience: str) -> None:
        """Say what a person has to know; nothing depends on it."""
        expire.require_no_alarms(audience, run_date())

    @task(**named("clear_history"))
    def clear_history() -> dict:
        """Delete what the policy keeps no longer."""
        return expire.clear_history(run_date(), owner=run_owner())

    @task(**named("clean_airflow"))
    def clean_airflow() -> dict:
        """Delete Airflow's own old rows and logs."""
        return airflow_retention.clean_airflow(run_date())

    clear_history() >> clean_airflow()
    for audience in policy().audiences:
        with TaskGroup(audience):
            planned = plan(audience)
            approve = approval(f"{audience}: may these be deleted?", f"{audience}.plan", "summary")
            delete(planned) >> alarm(audience)
            waits(planned) >> approve >> delete_approved(planned, approve.output)


expire_addresses()
