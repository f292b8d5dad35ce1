"""
# Make the lists at Webropol equal to the registry

1. **read_unsubscribes**: suppress people who unsubscribed at Webropol. Then, for each target in a group of its own:
2. **plan**: read the whole list; decide what may be done at once and what waits for a person. A dry run ends here.
3. **apply**: do what the plan released, removals first, each intent committed before its request.
4. **read_back**: read the list again. It is verified when nothing differs. A list by sheets waits for a person.
5. **approve** (where something waits) and **apply_approved**: a named person decides about exactly this plan.

At a change of any audience, every morning at 06:30, and by hand: from the form, or by `./registry sync`.
"""

from airflow.sdk import Param, TaskGroup, dag, task

from email_registry import plans, sync, unsubscribes
from email_registry.settings import policy
from registry_airflow.assets import at_a_change_or
from registry_airflow.context import by_hand, decided, run_date, run_owner
from registry_airflow.descriptions import common, named
from registry_airflow.forms import DATE, DRY_RUN, RESET, WHY_BY_HAND, approval
from registry_airflow.skipping import skip_dry_run, skip_unless_chosen, skip_unless_waiting

TARGETS = list(policy().targets)


@dag(
    schedule=at_a_change_or("30 6 * * *"),
    params={
        "target": Param("all", enum=["all", *TARGETS], title="Target"),
        "dry_run": DRY_RUN,
        "reason": WHY_BY_HAND,
        "date": DATE,
    },
    doc_md=__doc__,
    **common("sync_bulletin_lists"),
)
def sync_bulletin_lists():
    @task(**named("read_unsubscribes"))
    def read_unsubscribes(*, params: dict) -> dict:
        """Suppress people who unsubscribed at Webropol. A dry run suppresses nobody."""
        return {} if params["dry_run"] else unsubscribes.read_unsubscribes(run_date(), owner=run_owner())

    @task(**named("plan"))
    def plan(target: str, *, params: dict) -> dict:
        """Read the list and plan; skipped where the form chose another target."""
        skip_unless_chosen(target, params["target"])
        return sync.make_plan(target, run_date(), owner=run_owner(), **by_hand(params)).summary

    @task(**named("apply"))
    def apply(planned: dict) -> dict:
        """Do what the plan released; a dry run ends here."""
        skip_dry_run(planned)
        return sync.apply(planned["plan"])

    @task(**named("read_back"))
    def read_back(planned: dict, done: dict) -> dict:
        """Read the list again, and see that it is as asked."""
        return sync.read_back(planned["plan"], done, owner=run_owner())

    @task(**named("waits"))
    def waits(planned: dict) -> None:
        """Skipped, and the approval with it, where nothing waits."""
        skip_unless_waiting(planned)

    @task(**named("apply_approved"))
    def apply_approved(planned: dict, decision: dict) -> dict:
        """Do what was approved of this plan and is still to be done."""
        plans.decide(planned["plan"], plans.Decision.APPROVED, **decided(decision))
        return sync.apply_approved(planned["plan"], owner=run_owner())

    unsubscribed = read_unsubscribes()
    for target in TARGETS:
        with TaskGroup(target):
            planned = plan(target)
            approve = approval(f"{target}: may this be done?", f"{target}.plan", "summary", reset=RESET)
            unsubscribed >> planned
            read_back(planned, apply(planned)) >> waits(planned) >> approve >> apply_approved(planned, approve.output)


sync_bulletin_lists()
