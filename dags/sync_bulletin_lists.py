"""
# The lists at Webropol, made equal to the registry

For each target, in a group of its own, so that none waits for another:

1. **plan**: read the whole list; compute who is to be added, removed, was adopted, left; decide what may be done at
   once and what waits for a person. A dry run ends here.
2. **apply**: do what the plan released, removals first, in batches, each intent committed before its request.
3. **read_back**: read the list again; the target is done when nothing differs.
4. **approve** (only where something waits): a named person decides about exactly this plan, within three days.
5. **apply_approved**: do what was approved and is still to be done, and read back.

Runs when any audience changed, every morning at 06:30, and by hand: from the form, or by `./registry sync`.
"""

from airflow.sdk import AssetAny, AssetOrTimeSchedule, CronTriggerTimetable, Param, TaskGroup, dag, task

from email_registry import sync
from email_registry.settings import policy
from registry_airflow.assets import audience_asset
from registry_airflow.context import approver, run_date, run_owner
from registry_airflow.forms import DATE, DRY_RUN, approval, reason
from registry_airflow.skipping import skip_dry_run, skip_unless_chosen, skip_unless_waiting

TARGETS = list(policy().targets)


@dag(
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("30 6 * * *", timezone="Europe/Helsinki"),
        assets=AssetAny(*(audience_asset(audience) for audience in policy().audiences)),
    ),
    catchup=False,
    params={
        "target": Param("all", enum=["all", *TARGETS], title="Target"),
        "dry_run": DRY_RUN,
        "reason": reason("Reason, if by hand; no addresses"),
        "date": DATE,
    },
    doc_md=__doc__,
    tags=["registry"],
)
def sync_bulletin_lists():
    @task
    def plan(target: str, *, params: dict) -> dict:
        """Read the list and plan; skipped where the form chose another target."""
        skip_unless_chosen(target, params["target"])
        return sync.make_plan(target, run_date(), owner=run_owner(), dry_run=params["dry_run"]).summary

    @task
    def apply(planned: dict) -> dict:
        """Do what the plan released; a dry run ends here."""
        skip_dry_run(planned)
        return sync.apply(planned["plan"])

    @task
    def read_back(planned: dict, done: dict) -> dict:
        """Read the list again, and see that it is as asked."""
        return sync.read_back(planned["plan"], done, owner=run_owner())

    @task
    def waits(planned: dict) -> None:
        """Skipped, and the approval with it, where nothing waits."""
        skip_unless_waiting(planned)

    @task
    def apply_approved(planned: dict, decision: dict) -> dict:
        """Do what was approved of this plan and is still to be done."""
        by, why = approver(decision)
        sync.decide(planned["plan"], "approved", by=by, why=why)
        return sync.apply_approved(planned["plan"], owner=run_owner())

    for target in TARGETS:
        with TaskGroup(target):
            planned = plan(target)
            approve = approval(f"{target}: may this be done?", f"{target}.plan", "summary")
            read_back(planned, apply(planned)) >> waits(planned) >> approve >> apply_approved(planned, approve.output)


sync_bulletin_lists()
