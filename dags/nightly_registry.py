"""
# The night: from the sources to the registry

1. **open**: take the night's lease, empty staging.
2. **extract**: read each source, judge every row on the way in, stage it, end with a proof of completeness. A source
   that is away is waited for as long as the policy says.
3. **check_staged**: Great Expectations on what was staged, source by source. A source that does not pass is not loaded.
4. **check_candidates**: de-duplicate, then Great Expectations on what load would publish.
5. **load**: one transaction an audience. Absences are computed only if every source of it was whole and passed.
6. **announce**: an asset event for each audience that changed; it starts `sync_bulletin_lists`.
7. **close**: empty staging, anchor the audit. Red when anything was held on the way. Nobody was removed because of it,
   and the message names the runbook.

Between tasks go run ids and counts, never rows. By hand: `./registry night`.
"""

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, task

from email_registry import night
from email_registry.settings import policy
from registry_airflow.assets import CHANGED, NIGHT, audience_asset
from registry_airflow.context import run_date, run_owner
from registry_airflow.descriptions import common, named
from registry_airflow.forms import DATE
from registry_airflow.retries import again_later


@dag(
    schedule=CronTriggerTimetable("15 2 * * *", timezone="Europe/Helsinki"),
    max_active_runs=1,
    params={"date": DATE},
    doc_md=__doc__,
    **common("nightly_registry"),
)
def nightly_registry():
    @task(**named("open_night"))
    def open_night() -> int:
        """Take the night's lease and empty staging; give the night's run id."""
        return night.open_night(run_date(), owner=run_owner())

    @task(**named("extract"), **again_later())
    def extract(source: str, night_id: int) -> dict:
        """Read, judge and stage one source, and keep its proof."""
        return night.extract(night_id, source)

    @task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, **named("check_staged"))
    def check_staged(night_id: int) -> dict:
        """Great Expectations on what every whole source staged."""
        return night.check_staged(night_id)

    @task(**named("check_candidates"))
    def check_candidates(night_id: int) -> dict:
        """De-duplicate; Great Expectations on what load would publish."""
        return night.check_candidates(night_id)

    @task(**named("load"))
    def load(audience: str, night_id: int) -> dict:
        """Make the registry equal to the audience's candidates."""
        return night.load(night_id, audience)

    @task(outlets=[CHANGED], trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, **named("announce"))
    def announce(night_id: int, *, outlet_events) -> None:
        """Emit the asset of each audience that changed."""
        for audience, counts in night.changed(night_id).items():
            outlet_events[CHANGED].add(audience_asset(audience), extra={**counts, NIGHT: night_id})

    @task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, **named("close_night"))
    def close_night(night_id: int) -> dict:
        """Empty staging, close the night, anchor the audit; say what was held."""
        return night.close_night(night_id)

    opened = open_night()
    extracts = [extract.override(**named("extract", source))(source, opened) for source in policy().sources]
    loads = [load.override(**named("load", audience))(audience, opened) for audience in policy().audiences]

    extracts >> check_staged(opened) >> check_candidates(opened) >> loads >> announce(opened) >> close_night(opened)


nightly_registry()
