"""Play the whole night in one process. Airflow does the same in tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from email_registry.errors import RegistryError
from email_registry.night import steps
from email_registry.settings import policy

Progress = Callable[[str], None]


def play(on: date, *, owner: str, tell: Progress) -> Mapping[str, Mapping[str, int]]:
    """Play one night. Returns audience -> counts of its load.

    When a source fails, the others go on. When another step fails, the night is closed and the error is raised. Raises
    Held as `close_night` does.
    """
    night_id = steps.open_night(on, owner=owner)
    loaded: dict[str, Mapping[str, int]] = {}
    failure: RegistryError | None = None
    try:
        for source in policy().sources:
            tell(f"extract {source}")
            try:
                steps.extract(night_id, source)
            except RegistryError as failed:
                tell(str(failed))
        tell("check what is staged")
        steps.check_staged(night_id)
        tell("check what would be published")
        steps.check_candidates(night_id)
        for audience in policy().audiences:
            tell(f"load {audience}")
            loaded[audience] = steps.load(night_id, audience)
    except RegistryError as error:
        failure = error
    tell("close")
    try:
        steps.close_night(night_id)
    except RegistryError as error:
        failure = failure or error
    if failure is not None:
        raise failure
    return loaded
