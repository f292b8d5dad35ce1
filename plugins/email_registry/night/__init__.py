"""The night as one readable page: the same steps for Airflow's tasks and for `./registry night`."""

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
