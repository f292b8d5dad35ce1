"""Do the steps of a night. Airflow's tasks and `./registry night` use the same steps."""

from email_registry.night.flow import play
from email_registry.night.steps import (
    changed,
    check_candidates,
    check_staged,
    close_night,
    extract,
    load,
    open_night,
)

__all__ = [
    "changed",
    "check_candidates",
    "check_staged",
    "close_night",
    "extract",
    "load",
    "open_night",
    "play",
]
