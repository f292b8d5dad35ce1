"""Which parts of a graph are for this run: the rest is skipped, with its reason in the log."""

from collections.abc import Mapping
from typing import Any

from airflow.sdk.exceptions import AirflowSkipException

from email_registry import onboarding


def skip_unless_chosen(target: str, chosen: str) -> None:
    """Skip the group of a target that the form did not choose."""
    if chosen not in ("all", target):
        raise AirflowSkipException("another target was chosen")


def skip_unless_onboarding() -> None:
    """Skip the pilot where every list is live, or the policy has no list of staff."""
    if not onboarding.is_onboarding():
        raise AirflowSkipException("no list is on its way to going live")


def skip_dry_run(planned: Mapping[str, Any]) -> None:
    """Skip what changes a list where the plan was only a preview."""
    if planned["plan"] is None:
        raise AirflowSkipException("a dry run changes nothing")


def skip_unless_waiting(planned: Mapping[str, Any]) -> None:
    """Skip the approval where the plan released everything."""
    if not planned["waiting"]:
        raise AirflowSkipException("nothing waits for an approval")


def skip_unless_released(planned: Mapping[str, Any]) -> None:
    """Skip the deletion that waits for an approval."""
    if planned["waiting"]:
        raise AirflowSkipException("it waits for an approval")
