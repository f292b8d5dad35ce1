"""
# What a person says or decides about a list

Started from its form, with a target and a reason:

1. **do**: do what was chosen. The audit gets the name of the person who started it.

- **freeze**: a bulletin is being sent from the list: nobody is added up to the end of a day. Objections and departures
  still go out. **thaw** ends it.
- **imported**: the sheets in force were imported at Webropol, all of them. **withdraw**: they never will be.
- **emptied**: the list was emptied there (its survey was reset): nobody left, and all of it is due again.
- **adopt**, **none left**, **live**: a list that people kept is taken over, signed for, and changed by each sync.
  **observe**, **hand back**: no sync changes the list any more; **hand back** leaves the last verified list as a sheet.

By hand: `./registry list --help` names the same as commands.
"""

from airflow.sdk import Param, dag, task

from email_registry.settings import policy
from registry_airflow.context import run_date, user
from registry_airflow.descriptions import common, named
from registry_airflow.forms import DATE, reason
from registry_airflow.list_actions import ACTIONS, act


@dag(
    schedule=None,
    params={
        "action": Param("freeze", enum=ACTIONS, title="What"),
        "target": Param(next(iter(policy().targets)), enum=list(policy().targets), title="Target"),
        "until": Param(None, type=["null", "string"], format="date", title="Frozen up to the end of this day"),
        "reason": reason("Why; no addresses"),
        "date": DATE,
    },
    doc_md=__doc__,
    **common("lists_by_hand"),
)
def lists_by_hand():
    @task(**named("do"))
    def do(*, params: dict) -> dict:
        """Do what was chosen, and say so in the audit."""
        return act(params, run_date(), by=user())

    do()


lists_by_hand()
